#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// DataLoader: batches con pin_memory, 12 workers y shuffle, y el training loop por batch.
//
//   dotnet run examples/12-dataloader.cs
using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # DataLoader
//
// Va cargando los datos en memoria de a `batch_size`, para no generar cuellos de botella por falta de memoria disponible.
//
// ```python
// train_loader = DataLoader(data, batch_size=32, pin_memory=True, num_workers=12, shuffle=True)
// ```

// %% datos
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var random = new Random(42);
var X = Enumerable.Range(0, 1000).Select(_ => Enumerable.Range(0, 10).Select(_ => random.NextSingle()).ToArray()).ToArray();
var y = X.Select(fila => fila.Sum() > 5 ? 1f : 0f).ToArray();

var data = new MyDataset(X, y);
using var trainLoader = new DataLoader<(Tensor features, Tensor target)>(
    data, batchSize: 32, pinMemory: true, numWorkers: 12, shuffle: true, seed: 42);

var tamanos = trainLoader.Select(batch => batch.features.shape[0]).ToList();
Console.WriteLine($"{trainLoader.Count} batches: {tamanos.Count(n => n == 32)} de 32 registros y uno de {tamanos[^1]}");

// %% [markdown]
// Con la misma semilla los batches son los mismos, bit por bit, con 12 workers o sin ninguno:

// %%
using var sinWorkers = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 32, shuffle: true, seed: 42);
using var conWorkers = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 32, shuffle: true, numWorkers: 12, seed: 42);
var iguales = sinWorkers.Zip(conWorkers, (a, b) => a.features.eq(b.features).all().item<bool>()).Count(igual => igual);
Console.WriteLine($"{iguales} de {sinWorkers.Count} batches son iguales");

// %% [markdown]
// ## El training loop, por batch
//
// El loop se modifica para actualizarse por batch y no sólo por epoch.

// %% loop
manual_seed(42);
const int EPOCHS = 10;
var device = Devices.Best();
var model = new BinaryClassifier().to(device);
var criterion = nn.BCEWithLogitsLoss();
var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-3);

for (var e = 0; e < EPOCHS; e++)
{
    var trainLoss = new List<float>();

    model.train();
    foreach (var batch in trainLoader)
    {
        using var scope = NewDisposeScope();
        var (features, target) = batch;
        optimizer.zero_grad();
        var preds = model.call(features.to(device));
        var loss = criterion.call(preds, target.to(device));
        loss.backward();
        optimizer.step();
        trainLoss.Add(loss.item<float>());
    }

    Console.WriteLine($"Loss para Epoch {e}: {trainLoss.Average():F4}");
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

// %% [type before loop]
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
