#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Lo mismo con Trainer: el training loop de las láminas, como servicio.
//
//   dotnet run examples/14-trainer.cs
using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Lo mismo, con `Trainer`
//
// El loop por batch es siempre igual; `Trainer` lo ejecuta, muestra el progreso y libera la memoria. Con la misma semilla llega
// a los mismos pesos que el loop a mano, hasta el último bit.

// %% mano
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int EPOCHS = 10;
manual_seed(42);
var X = rand(1000, 10);
var y = X.sum(dim: 1, keepdim: true).gt(5).to(float32);

// Los últimos 200 registros quedan fuera del entrenamiento: son para validar.
using var data = new InMemoryDataset(X[..800], y[..800]);
using var validacion = new InMemoryDataset(X[800..], y[800..]);
using var validationLoader = new DataLoader<(Tensor features, Tensor target)>(validacion, batchSize: 200);

DataLoader<(Tensor features, Tensor target)> NuevoLoader() => new(data, batchSize: 32, shuffle: true, seed: 42);

// A mano:
manual_seed(0);
var aMano = new BinaryClassifier();
var criterion = nn.BCEWithLogitsLoss();
var optimizer = Optimizers.Adam(aMano.parameters(), lr: 3e-3);
using var loaderAMano = NuevoLoader();
for (var e = 0; e < EPOCHS; e++)
{
    aMano.train();
    foreach (var (features, target) in loaderAMano)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        criterion.call(aMano.call(features), target).backward();
        optimizer.step();
    }
}

// %%
// Con Trainer:
manual_seed(0);
var model = new BinaryClassifier();
var trainer = new Trainer(model, criterion, Optimizers.Adam(model.parameters(), lr: 3e-3), new TrainerOptions { Epochs = EPOCHS });
using var trainLoader = NuevoLoader();
var history = trainer.Fit(trainLoader, validationLoader);

// %%
var iguales = aMano.parameters().Zip(model.parameters(), (a, b) => a.eq(b).all().item<bool>()).All(igual => igual);
Console.WriteLine($"¿Los mismos pesos, bit por bit, que el loop a mano? {iguales}");

// %% [markdown]
// `TrainingHistory` guarda lo que pasó en cada epoch:

// %%
#if NOTEBOOK
history
#else
Console.WriteLine(history);
#endif

// %%
var evaluacion = trainer.Evaluate(validationLoader);
Console.WriteLine($"En los 200 registros de validación: loss {evaluacion.Loss:F4}, exactitud {evaluacion.Accuracy:F3}");

// %% [type before mano]
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
