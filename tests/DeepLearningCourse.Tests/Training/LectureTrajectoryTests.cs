using System.Text.Json;
using DeepLearningCourse.Models;
using DeepLearningCourse.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>The lecture's network against PyTorch, epoch by epoch; the values come from Reference/make_reference.py.</summary>
public sealed class LectureTrajectoryTests : NetworkTest
{
    // Both compute in float64; what remains is the order of additions inside matrix products.
    private const double Tolerance = 1e-10;

    [Test]
    public void Fifty_losses_equal_PyTorch(
        [Values("SGD", "SGD momentum", "Adam", "AdamW")] string name, [Values(100, 32)] int batchSize)
    {
        using var model = (BinaryClassifier)new BinaryClassifier().to(ScalarType.Float64);
        GiveInitialWeights(model);
        var (X, y) = Data();
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = Make(name, model);
        var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 50, ShowProgress = false });

        var history = trainer.Fit(Batches(X, y, batchSize));

        Assert.That(history.TrainLosses, Is.EqualTo(Recorded($"{name}, batch {batchSize}")).Within(Tolerance));
    }

    private static optim.Optimizer Make(string name, BinaryClassifier model) => name switch
    {
        "SGD" => optim.SGD(model.parameters(), 0.05),
        "SGD momentum" => optim.SGD(model.parameters(), 0.05, momentum: 0.9),
        "Adam" => optim.Adam(model.parameters(), 3e-4),
        _ => optim.AdamW(model.parameters(), 3e-4, weight_decay: 0.01),
    };

    private static void GiveInitialWeights(BinaryClassifier model)
    {
        var phase = 0;
        foreach (var parameter in model.parameters())
        {
            parameter.SetData(Wave(parameter.numel(), phase++, 0.3).reshape(parameter.shape));
        }
    }

    private static (Tensor X, Tensor y) Data()
    {
        var X = Wave(1000, 0.5, 1.0).reshape(100, 10);
        return (X, X.sum(1, keepdim: true).gt(0).to(ScalarType.Float64));
    }

    private static IEnumerable<(Tensor, Tensor)> Batches(Tensor X, Tensor y, int batchSize) =>
        [.. X.split(batchSize).Zip(y.split(batchSize))];

    private static Tensor Wave(long count, double phase, double scale) =>
        tensor([.. Enumerable.Range(0, (int)count).Select(i => scale * Math.Sin((0.7 * i) + phase))], dtype: ScalarType.Float64);

    private static double[] Recorded(string run)
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Reference", "losses.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.GetProperty("losses").GetProperty(run).EnumerateArray().Select(e => e.GetDouble())];
    }
}
