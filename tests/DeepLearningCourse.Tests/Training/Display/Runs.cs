using DeepLearningCourse.Metrics;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Display;

/// <summary>Histories and runs whose numbers are known, for tests of what is shown of them.</summary>
internal static class Runs
{
    /// <summary>Two epochs with all that an epoch can have.</summary>
    public static TrainingHistory History()
    {
        TrainingHistory history = new() { Steps = 20 };
        history.Add(Epoch(1, 0.6931, 0.1, 0.001));
        history.Add(Epoch(2, 0.00012345, double.NaN, 0.0005));
        return history;
    }

    public static EpochResult Epoch(int number, double loss, double metric, double rate) => new(number, loss, Validation(metric), TimeSpan.FromSeconds(number * 1.5))
    {
        Steps = 10,
        Samples = 1000,
        LearningRates = [rate, 0.1],
        GradientNorm = 2.5,
        Values = new Dictionary<string, double> { ["kl"] = 0.25 },
        Times = new StepTimes(
            TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(10)),
    };

    public static EpochResult Plain(int number, double loss, StepTimes times = default) =>
        new(number, loss, null, TimeSpan.FromSeconds(1)) { Steps = 10, Samples = 100, LearningRates = [0.01], Times = times };

    public static Evaluation Validation(double metric)
    {
        ConfusionMatrix matrix = new(2);
        matrix.Read([3, 1, 0, 4]);
        return new Evaluation(0.5, 8, matrix) { Metrics = new Dictionary<string, double> { ["f1 <weighted>, \"all\""] = metric } };
    }

    /// <summary>A run of which only the place and the history are real.</summary>
    public static TrainingRun Run(nn.Module model, optim.Optimizer optimizer, TrainerOptions options, TrainingHistory history, int? batches = 10) =>
        new(model, [optimizer], options, history, new StopRequest(default), batches);
}
