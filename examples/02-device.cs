#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Elegir el device: GPU si existe, CPU si no.
//
//   dotnet run examples/02-device.cs
using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

// %% [markdown]
// # GPU
//
// La gran ventaja de PyTorch es que lo mismo corre en GPU, con muchos más núcleos. La lámina reconoce si hay una y la asigna:
//
// ```python
// device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
// ```

// %%
var device = Devices.Best();
Console.WriteLine($"¿Hay GPU? {cuda.is_available()}. Entonces el device es: {device}");

// También se puede definir a mano, para debuggear algo en particular.
var siempreCpu = TorchSharp.torch.device("cpu");
Console.WriteLine($"Definido a mano: {siempreCpu}");

// %% [markdown]
// ## Llevar datos y red al device
//
// Datos y red tienen que estar en el mismo device. `to(device)` lleva tensores y redes.

// %%
manual_seed(0);
var X = rand(4, 10).to(device);
var fc = nn.Linear(10, 1).to(device);
var h = fc.call(X);
Console.WriteLine($"X está en {X.device}, fc.weight en {fc.weight.device}, y la salida [{string.Join(", ", h.shape)}] en {h.device}");

// %% [markdown]
// ## ¿Por qué desarrollar en CPU?
//
// Las GPU se programan en CUDA, y sus mensajes de error son crípticos: llegan tarde y sin decir dónde. En CPU el mismo error
// es una frase. Por eso: desarrollar en CPU, y cambiar a GPU cuando corre libre de errores.

// %%
try
{
    fc.call(rand(4, 7));
}
catch (Exception error)
{
    Console.WriteLine($"En CPU el error dice qué pasó: {error.Message.Split('\n')[0]}");
}
