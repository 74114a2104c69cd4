#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Qué es PyTorch: tensores, y los tres imports.
//
//   dotnet run examples/01-tensores.cs
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

// %% [markdown]
// # Tensores y los tres imports
//
// PyTorch manipula *tensores* (como Numpy, pero también en GPU) y calcula derivadas de manera automática (*autograd*).
// Los tres `import` de las láminas son en C# estos `using`:
//
// | Python | C# |
// | --- | --- |
// | `import torch` | `using static TorchSharp.torch;` |
// | `import torch.nn as nn` | viene con el anterior: `nn.Linear`, `nn.ReLU`… |
// | `import torch.nn.functional as F` | `using F = TorchSharp.torch.nn.functional;` |

// %%
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
var X = rand(2, 3);

Console.WriteLine($"X tiene shape [{string.Join(", ", X.shape)}] y dtype {X.dtype}");
#if NOTEBOOK
X
#else
Console.WriteLine(X.npstr());
#endif

// %% [markdown]
// ## Operaciones
//
// Elemento a elemento (`+`, `*`), entre matrices (`matmul`), y de reducción (`sum`, `mean`). El *shape* dice qué se puede combinar.

// %%
var unos = ones(3, 2);
var producto = X.matmul(unos);
Console.WriteLine($"[2, 3] por [3, 2] da [{string.Join(", ", producto.shape)}]");

// Multiplicar por una columna de unos es sumar cada fila.
var sumas = X.sum(dim: 1);
Console.WriteLine($"¿Son las mismas sumas? {producto[.., 0].allclose(sumas)}");
Console.WriteLine($"Promedio de X: {X.mean().item<float>():F4}");

// %% [markdown]
// ## `torch.nn` y `torch.nn.functional`
//
// Lo mismo existe dos veces: como *módulo* (una clase que se instancia, `nn.ReLU()`) y como *función* (`F.relu`).
// El módulo puede guardar estado; la función, no.

// %%
var z = tensor(new[] { -1f, 0f, 2f });
var comoModulo = nn.ReLU().call(z);
var comoFuncion = F.relu(z);
Console.WriteLine($"nn.ReLU()(z) = {Texto(comoModulo)}, F.relu(z) = {Texto(comoFuncion)}");

string Texto(Tensor t) => "[" + string.Join(", ", t.to(float64).data<double>().Select(v => v.ToString("G4", CultureInfo.InvariantCulture))) + "]";

// %% [markdown]
// ## Autograd
//
// Si $f(w) = (3w - 6)^2$, entonces $f'(w) = 6\,(3w - 6)$. En $w = 4$ eso es $36$. Autograd llega a lo mismo sin que nadie derive:
// recuerda las operaciones y las recorre hacia atrás con `backward()`.

// %%
var w = tensor(4.0, requires_grad: true);
var f = (3 * w - 6).pow(2);
f.backward();
Console.WriteLine($"f(4) = {f.item<double>()}; f'(4) según autograd: {w.grad!.item<double>()}, a mano: {6 * (3 * 4.0 - 6)}");
