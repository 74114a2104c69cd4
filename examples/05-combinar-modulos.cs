#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Combinar módulos en una arquitectura: Sequential, y una clase propia.
//
//   dotnet run examples/05-combinar-modulos.cs
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # ¿Cómo combinamos distintos módulos?
//
// Una sola arquitectura que represente nuestra hipótesis. Para una cadena simple existe `nn.Sequential`: la salida de cada módulo
// es la entrada del siguiente.

// %%
manual_seed(42);
var secuencia = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1));
var X = rand(4, 10);
Console.WriteLine($"Sequential: [{string.Join(", ", X.shape)}] pasa a [{string.Join(", ", secuencia.call(X).shape)}]");

// %% [markdown]
// ## Una clase propia
//
// En las láminas, `class MyNeuralNetwork(nn.Module)`. Aquí la red hereda de `MyNeuralNetwork`, que es un `nn.Module` que registra
// sus partes por sí solo: no hay `super().__init__()` que olvidar. Heredar permite combinarla a su vez dentro de otra.

// %% clases
manual_seed(42);
var model = new Clasificador();
#if NOTEBOOK
model
#else
Console.WriteLine(model);
#endif

// %% [markdown]
// La clase `Bloque` se usó dos veces, dentro de `Clasificador`. Los parámetros de todas las partes son parámetros de la red:

// %%
foreach (var (nombre, parametro) in model.named_parameters())
{
    Console.WriteLine($"{nombre,-22} [{string.Join(", ", parametro.shape)}]");
}

Console.WriteLine($"En total {model.CountParameters()} parámetros; la salida es [{string.Join(", ", model.call(X).shape)}]");

// %% [type before clases]
// Una pieza que se repite: transformación affine y activación.
sealed class Bloque(long entrada, long salida) : MyNeuralNetwork
{
    public Linear w { get; } = nn.Linear(entrada, salida);
    public ReLU relu { get; } = nn.ReLU();

    public override Tensor forward(Tensor x) => relu.call(w.call(x));
}

// %% [type before clases]
sealed class Clasificador : MyNeuralNetwork
{
    public Bloque bloque_1 { get; } = new(10, 32);
    public Bloque bloque_2 { get; } = new(32, 64);
    public Linear salida { get; } = nn.Linear(64, 1);

    public override Tensor forward(Tensor x) => salida.call(bloque_2.call(bloque_1.call(x)));
}
