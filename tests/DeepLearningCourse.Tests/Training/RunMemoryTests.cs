using DeepLearningCourse.Optimization;
using DeepLearningCourse.ResumeProbe;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class RunMemoryTests : NetworkTest
{
    [Test]
    public void Saving_stopping_and_resuming_leave_no_tensors()
    {
        using TemporaryFolder folder = new();
        using Scenario scenario = new(numWorkers: 0);
        scenario.Run(folder.FullName, ResumeFrom.Auto, new Spy { StepEnded = (run, step) => { if (step.Step == 2) { run.Stop(); } } });
        var before = LiveTensors;

        // What an optimizer keeps for each parameter is there from the first step on.
        for (var step = 3; step < 7; step++)
        {
            var until = step;
            scenario.Run(folder.FullName, ResumeFrom.Auto, new Spy { StepEnded = (run, result) => { if (result.Step == until) { run.Stop(); } } });
            Assert.That(LiveTensors, Is.EqualTo(before), $"after step {step}");
        }
    }

    [Test]
    public void Failures_leave_no_tensors([Values("step", "callback", "checkpoint")] string where)
    {
        using TemporaryFolder folder = new();
        using Scenario scenario = new(numWorkers: 0);
        var before = LiveTensors;
        scenario.BatchSeen = number => { if (where == "step" && number == 8) { throw new FormatException(where); } };
        Spy spy = new() { StepEnded = (run, step) => { if (where == "callback" && step.Step == 3) { throw new FormatException(where); } } };

        if (where == "checkpoint")
        {
            File.WriteAllText(folder["step-0000000001.pt"], "no");
            Assert.That(() => scenario.Run(folder.FullName, ResumeFrom.Auto),
                Throws.TypeOf<DeepLearningCourse.Checkpoints.CheckpointException>().With.Message.Contains("it has 2 bytes that do not begin as a file of torch.save does."));
            Assert.That(LiveTensors, Is.EqualTo(before));
            return;
        }

        Assert.That(() => scenario.Fit(scenario.Trainer([spy])), Throws.TypeOf<FormatException>().With.Message.EqualTo(where));
        var once = LiveTensors;

        // State and averages are there now; a second failure adds nothing.
        scenario.BatchSeen = number => { if (where == "step" && number == 16) { throw new FormatException(where); } };
        Assert.That(() => scenario.Fit(scenario.Trainer([spy])), Throws.TypeOf<FormatException>().With.Message.EqualTo(where));
        Assert.That(LiveTensors, Is.EqualTo(once));
    }

    [Test, Category("Long")]
    public void A_hundred_thousand_steps_take_no_more_memory_than_ten_thousand()
    {
        using TemporaryFolder folder = new();
        using var model = nn.Sequential(nn.Linear(10, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 1));
        using var optimizer = Optimizers.AdamW(model.parameters());
        using var criterion = nn.BCEWithLogitsLoss();
        var batches = Enumerable.Range(0, 1000).Select(_ => (rand(8, 10), rand(8, 1).round())).ToArray();
        Memory memory = new();
        TrainerOptions options = new()
        {
            Epochs = 100, ShowProgress = false, ClipNorm = 1, Schedule = Schedules.CosineAnnealingLR(optimizer, 1000), ValidateEverySteps = 500,
            Callbacks = [new Checkpoint(folder.FullName, everySteps: 1000), memory],
        };

        var history = new Trainer(model, criterion, optimizer, options).Fit(batches, batches.Take(10));

        Assert.That(history.Steps, Is.EqualTo(100_000));
        Assert.That(memory.Tensors[^1], Is.EqualTo(memory.Tensors[9]));
        Assert.That(memory.Resident[^1] - memory.Resident[9], Is.LessThan(24L << 20), "bytes of the process from step 10,000 to 100,000");
        Assert.That(Directory.EnumerateFiles(folder.FullName).Count(), Is.EqualTo(2));
    }

    private sealed class Memory : ITrainingCallback
    {
        public List<long> Tensors { get; } = [];

        public List<long> Resident { get; } = [];

        public void OnEpochEnded(TrainingRun run, EpochResult epoch)
        {
            GC.Collect();
            Tensors.Add(TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            Resident.Add(Environment.WorkingSet);
        }
    }
}
