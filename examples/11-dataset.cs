#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Dataset: tomar elementos uno a uno y transformarlos en tensores.
//
//   dotnet run examples/11-dataset.cs
using System.Diagnostics;
using System.Globalization;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

// %% [markdown]
// # Dataset
//
// Una clase que hereda de `Dataset` y toma los elementos uno a uno. Los tres métodos de la lámina, en C#:
//
// | Python | C# |
// | --- | --- |
// | `__init__(self, X, y)` | el constructor: `MyDataset(float[][] X, float[] y)` |
// | `__len__` | `Count` |
// | `__getitem__(self, idx)` | el indexador: `this[long index]` |
//
// Nuestros datos iniciales están en arreglos de .NET, lo que en Python era Numpy.

// %% datos
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var random = new Random(42);
var X = Enumerable.Range(0, 1000).Select(_ => Enumerable.Range(0, 10).Select(_ => random.NextSingle()).ToArray()).ToArray();
var y = X.Select(fila => fila.Sum() > 5 ? 1f : 0f).ToArray();
var data = new MyDataset(X, y);
Console.WriteLine($"len(data) es data.Count: {data.Count}");

// %%
var (features, target) = data[0];
Console.WriteLine($"data[0]: features [{string.Join(", ", features.shape)}] y target [{string.Join(", ", target.shape)}], {features.dtype}");
Console.WriteLine($"¿Es la primera fila de X? {features.data<float>().ToArray().SequenceEqual(X[0])}");

// %% [markdown]
// ## Sin tensores propios
//
// El elemento también puede ser arreglos y números: el `DataLoader` los copia directo al batch, sin un tensor por elemento.

// %% filas
var filas = new Filas(X, y);
Console.WriteLine($"filas[0]: {filas[0].features.Length} variables, target {filas[0].target}");

// Cuánto se gana, en un epoch por el DataLoader (el mejor de cinco, porque la primera vez .NET todavía compila):
Console.WriteLine($"Con tensores propios {Milisegundos<(Tensor features, Tensor target)>(data):F1} ms por epoch, con arreglos {Milisegundos<(float[] features, float target)>(filas):F1} ms");

double Milisegundos<T>(Dataset<T> dataset)
{
    using var loader = new DataLoader<(Tensor features, Tensor target)>(dataset, batchSize: 32);
    return Enumerable.Range(0, 5).Min(_ =>
    {
        var reloj = Stopwatch.StartNew();
        foreach (var batch in loader)
        {
            // Sólo se lee.
        }

        return reloj.Elapsed.TotalMilliseconds;
    });
}

// Un índice que no existe es un error, como el IndexError de Python.
try
{
    _ = data[1000];
}
catch (Exception error)
{
    Console.WriteLine($"data[1000]: {error.GetType().Name}");
}

// %% [type before datos]
sealed class MyDataset(float[][] X, float[] y) : Dataset<(Tensor features, Tensor target)>
{
    public override long Count => X.Length;

    public override (Tensor features, Tensor target) this[long index]
    {
        get
        {
            var features = tensor(X[index]);
            var target = tensor(new[] { y[index] });
            return (features, target);
        }
    }
}

// %% [type before filas]
sealed class Filas(float[][] X, float[] y) : Dataset<(float[] features, float target)>
{
    public override long Count => X.Length;

    public override (float[] features, float target) this[long index] => (X[index], y[index]);
}
