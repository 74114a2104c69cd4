#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// nn.Module y nn.Linear: una transformación affine, comprobada a mano.
//
//   dotnet run examples/04-linear.cs
using System.Globalization;
using static TorchSharp.torch;

// %% [markdown]
// # nn.Module y nn.Linear
//
// Cada parte de una red es una clase: un objeto que guarda **estado**. ¿Qué estado es importante que guarde? Sus *parámetros*
// (y los gradientes de ellos): es lo que se aprende.
//
// `nn.Linear(in_features, out_features)` es la red más básica, una transformación affine $x W^T + b$.

// %%
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
var fc = nn.Linear(3, 2, hasBias: true);
foreach (var (nombre, parametro) in fc.named_parameters())
{
    Console.WriteLine($"{nombre}: [{string.Join(", ", parametro.shape)}], requires_grad = {parametro.requires_grad}");
}

// %% [markdown]
// ## A mano
//
// Instanciado, el módulo acepta tensores y devuelve tensores. Lo mismo sale de multiplicar y sumar:

// %%
var x = rand(5, 3);
var salida = fc.call(x);
var aMano = x.matmul(fc.weight.T) + fc.bias!;
Console.WriteLine($"[{string.Join(", ", x.shape)}] pasa a [{string.Join(", ", salida.shape)}]");
Console.WriteLine($"Diferencia máxima entre fc(x) y x·Wᵀ + b: {(salida - aMano).abs().max().item<float>():E1}");

// %% [markdown]
// ## La misma cuenta, con números que se ven
//
// Con $W = \begin{pmatrix} 1 & 0 & 2 \\ 0 & 1 & 0 \end{pmatrix}$, $b = (10, 20)$ y $x = (1, 2, 3)$ es $x W^T + b = (1 + 6 + 10,\; 2 + 20)$.

// %%
using (no_grad())
{
    fc.weight.copy_(tensor(new[,] { { 1f, 0f, 2f }, { 0f, 1f, 0f } }));
    fc.bias!.copy_(tensor(new[] { 10f, 20f }));
}

var cuenta = fc.call(tensor(new[,] { { 1f, 2f, 3f } }));
Console.WriteLine($"fc(1, 2, 3) = ({string.Join(", ", cuenta.data<float>())})");

// %% [markdown]
// ## nn.ReLU
//
// De manera análoga, `nn.ReLU()` es el módulo de la función de activación: deja lo positivo, lo demás es 0. No tiene parámetros.

// %%
var relu = nn.ReLU();
Console.WriteLine($"ReLU(-1, 0, 2) = ({string.Join(", ", relu.call(tensor(new[] { -1f, 0f, 2f })).data<float>())}), con {relu.parameters().Count()} parámetros");
