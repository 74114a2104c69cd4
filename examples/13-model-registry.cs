#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Model registry: qué es parte del modelo, y cómo definir valores iniciales.
//
//   dotnet run examples/13-model-registry.cs
using System.Globalization;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Model registry
//
// Al llamar un modelo se muestra su *registry*: todos los elementos que son parte de él. En Python son los que se definen como
// `self.---`; aquí, las propiedades y campos de la clase. Todo elemento se puede alcanzar por su nombre, `model.atributo`.

// %% registro
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
var model = new BinaryClassifier();
#if NOTEBOOK
model
#else
Console.WriteLine(model);
#endif

// %% [markdown]
// ## Los parámetros de una capa
//
// En las láminas, `model.w1.weights.data` y `model.w1.bias.data`:

// %%
Console.WriteLine($"model.w1.weight: [{string.Join(", ", model.w1.weight.shape)}], entre {model.w1.weight.min().item<float>():F3} y {model.w1.weight.max().item<float>():F3}");
Console.WriteLine($"model.w1.bias: [{string.Join(", ", model.w1.bias!.shape)}]");

// %% [markdown]
// `nn.Linear` comienza con valores uniformes entre $\pm 1/\sqrt{n}$; con $n = 10$ es $\pm 0.316$.
//
// ## Definir valores iniciales
//
// Desde fuera, o como en la idea de la lámina, en el constructor de la red:

// %% iniciales
model.w1.bias!.SetData(zeros(32));
Console.WriteLine($"Suma de |bias| de w1: {model.w1.bias!.abs().sum().item<float>()}");

var conValores = new RedConValores();
Console.WriteLine($"conValores(1, 2) = {conValores.call(tensor(new[,] { { 1f, 2f } })).item<float>()}, que es 3·1 + 4·2 + 5");

// %% [markdown]
// ## Mirar dentro
//
// `Summary` hace pasar una entrada y muestra shapes, parámetros y cuentas de cada capa; `Freeze` deja capas fuera del entrenamiento.

// %%
model.Freeze("w1.*");
#if NOTEBOOK
model.Summary(rand(32, 10))
#else
Console.WriteLine(model.Summary(rand(32, 10)));
#endif

// %% [markdown]
// Y `Diagram` dibuja las conexiones que `forward` hizo:

// %%
#if NOTEBOOK
model.Diagram(32, 10)
#else
Console.WriteLine(model.Diagram(32, 10).ToMermaid());
#endif

// %% [type before registro]
sealed class BinaryClassifier : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(10, 32);
    public Linear w2 { get; } = nn.Linear(32, 64);
    public Linear w3 { get; } = nn.Linear(64, 1);
    public ReLU relu_1 { get; } = nn.ReLU();
    public ReLU relu_2 { get; } = nn.ReLU();

    public override Tensor forward(Tensor x)
    {
        x = w1.call(x);
        x = relu_1.call(x);
        x = w2.call(x);
        x = relu_2.call(x);
        x = w3.call(x);
        return x;
    }
}

// %% [type before iniciales]
sealed class RedConValores : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(2, 1);

    public RedConValores()
    {
        w1.weight.SetData(tensor(new[,] { { 3f, 4f } }));
        w1.bias!.SetData(tensor(new[] { 5f }));
    }

    public override Tensor forward(Tensor x) => w1.call(x);
}
