#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// __init__() y forward(): el constructor con parámetros, y cómo se conectan las etapas.
//
//   dotnet run examples/06-constructor-y-forward.cs
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Hipótesis: `__init__()` y `forward()`
//
// - `__init__()` es el constructor: define las partes. Lo que en Python lleva el prefijo `self.` es aquí una propiedad de la clase.
// - `forward()` es el *forward pass*: cómo están conectadas las etapas. $x$ es una instancia que va pasando por la red.
//
// El `*` de las láminas, los parámetros del constructor, hacen que la red sea flexible y reutilizable:

// %% red
manual_seed(42);
var X = rand(1000, 10);
var deLasLaminas = new RedParametrizada(10, [32, 64], 1);
var otra = new RedParametrizada(10, [128], 3, nn.Tanh());
Console.WriteLine($"{deLasLaminas.CountParameters()} parámetros, salida [{string.Join(", ", deLasLaminas.call(X).shape)}]");
Console.WriteLine($"{otra.CountParameters()} parámetros, salida [{string.Join(", ", otra.call(X).shape)}]");
#if NOTEBOOK
otra
#else
Console.WriteLine(otra);
#endif

// %% [markdown]
// ## Si una etapa no calza
//
// `forward` dice el orden. Si falta una etapa, la frase del error dice cuál capa recibió qué:

// %% error
try
{
    new SinW2().call(X);
}
catch (Exception error)
{
    Console.WriteLine(error.Message);
}

// %% [type before red]
// Una lista de tamaños, y la activación que se quiera.
sealed class RedParametrizada(long entrada, long[] ocultas, long salidas, nn.Module<Tensor, Tensor>? activacion = null) : MyNeuralNetwork
{
    public List<Linear> capas { get; } =
        [.. ocultas.Prepend(entrada).Zip([.. ocultas, salidas], (de, a) => nn.Linear(de, a))];

    public nn.Module<Tensor, Tensor> activacion { get; } = activacion ?? nn.ReLU();

    public override Tensor forward(Tensor x)
    {
        foreach (var capa in capas.SkipLast(1))
        {
            x = activacion.call(capa.call(x));
        }

        return capas[^1].call(x);
    }
}

// %% [type before error]
// forward olvida w2.
sealed class SinW2 : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(10, 32);
    public Linear w2 { get; } = nn.Linear(32, 64);
    public Linear w3 { get; } = nn.Linear(64, 1);

    public override Tensor forward(Tensor x) => w3.call(w1.call(x));
}
