#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// El training loop, escrito a mano.
//
//   dotnet run examples/08-training-loop.cs
using System.Globalization;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Training loop
//
// El proceso en que entrenamos el modelo: los datos, la red y los tres elementos, y luego `EPOCHS` veces lo mismo.

// %% datos
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
const int EPOCHS = 200;
var X = rand(1000, 10);
var y = X.sum(dim: 1, keepdim: true).gt(5).to(float32);
var model = new BinaryClassifier();
var criterion = nn.BCEWithLogitsLoss();
var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-3);

// %%
for (var e = 0; e < EPOCHS; e++)
{
    // Lo que este epoch crea se libera al terminarlo: los tensores viven fuera de la memoria de .NET.
    using var scope = NewDisposeScope();

    // Fijar el modelo en modo entrenamiento
    model.train();

    // Fijar gradientes en 0
    optimizer.zero_grad();

    // Forward pass
    var preds = model.call(X);

    // Cálculo del loss (ojo, primero va la predicción y luego el target)
    var loss = criterion.call(preds, y);

    // Cálculo de gradientes
    loss.backward();

    // Update rule
    optimizer.step();

    if (e % 40 == 0 || e == EPOCHS - 1)
    {
        Console.WriteLine($"Epoch {e,3}: loss {loss.item<float>():F4}");
    }
}

// %% [markdown]
// ## ¿Por qué `zero_grad()`?
//
// PyTorch **acumula** gradientes siempre. Sin `zero_grad()`, el segundo `backward()` se suma al primero:

// %%
var w = ones(3, requires_grad: true);
(2 * w).sum().backward();
Console.WriteLine($"Después de un backward: ({string.Join(", ", w.grad!.data<float>())})");
(2 * w).sum().backward();
Console.WriteLine($"Después de dos, sin zero_grad: ({string.Join(", ", w.grad!.data<float>())})");

// Para dejar en cero los gradientes de un tensor, y no de todo el optimizador:
w.grad!.zero_();
Console.WriteLine($"Después de .zero_(): ({string.Join(", ", w.grad!.data<float>())})");

// %% [type before datos]
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
