#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Los tres elementos de una red: hipótesis, loss function y optimizador.
//
//   dotnet run examples/03-tres-elementos.cs
using System.Globalization;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Mapeando lo aprendido con PyTorch
//
// Queremos resolver una **clasificación binaria**: una matriz $X$ de 1000 registros y 10 variables, y un vector $y$ que predecir.
// La red lleva las 10 variables a 32, luego a 64, y de ahí a la predicción, con ReLU en ambas capas de transformación.
//
// ¿Cuánto vale $k$, el número de salidas, y cuál es la *loss function*?

// %%
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
var X = rand(1000, 10);
var y = X.sum(dim: 1, keepdim: true).gt(5).to(float32);
Console.WriteLine($"X: [{string.Join(", ", X.shape)}], y: [{string.Join(", ", y.shape)}], con {y.sum().item<float>()} registros de la clase 1");

// %% [markdown]
// ## Primer elemento: la hipótesis
//
// Para decidir entre dos clases basta **un número** por registro: $k = 1$. Ese número $h$ (el *logit*) puede ser cualquiera; la
// probabilidad de la clase 1 es $\sigma(h) = 1 / (1 + e^{-h})$.

// %% hipotesis
var model = new BinaryClassifier();
var h = model.call(X);
Console.WriteLine($"La hipótesis lleva [{string.Join(", ", X.shape)}] a [{string.Join(", ", h.shape)}]: k = {h.shape[1]}");
#if NOTEBOOK
model
#else
Console.WriteLine(model);
#endif

// %% [markdown]
// ## Segundo elemento: la loss function
//
// Con dos clases es la *Binary Cross Entropy*. `BCEWithLogitsLoss` recibe los logits y aplica la sigmoide por dentro; es lo mismo
// que sigmoide y `BCELoss`, pero sin desbordes: con un logit muy seguro y errado, la sigmoide ya vale exactamente 0 y el logaritmo se pierde.

// %%
var criterion = nn.BCEWithLogitsLoss();
var porPartes = nn.BCELoss().call(sigmoid(h), y);
Console.WriteLine($"BCEWithLogitsLoss(h, y) = {criterion.call(h, y).item<float>():F6}; BCELoss(sigmoid(h), y) = {porPartes.item<float>():F6}");

var errado = tensor(new[,] { { -200f } });
var uno = ones(1, 1);
Console.WriteLine($"Con h = -200 y la clase 1: {criterion.call(errado, uno).item<float>()} con los logits, {nn.BCELoss().call(sigmoid(errado), uno).item<float>()} por partes (recortado).");

// %% [markdown]
// ## Tercer elemento: el optimizador
//
// Recibe los parámetros de la red y al menos el *learning rate*.

// %%
var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-4);
Console.WriteLine($"Adam mueve {model.CountParameters()} parámetros: 10·32+32 + 32·64+64 + 64·1+1 = {10 * 32 + 32 + 32 * 64 + 64 + 64 + 1}");

// %% [type before hipotesis]
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
