namespace DeepLearningCourse.Hosting;

/// <summary>The settings of the trainer service, usually a section of the host's configuration. They are checked when the host starts.</summary>
public sealed class TrainerServiceOptions
{
    /// <summary>The folder of the queue's file and of each run's checkpoints; a relative one is below the host's content root. One folder belongs to one process.
    /// Default <c>runs</c>.</summary>
    public string Folder { get; set; } = "runs";

    /// <summary>How many times a run goes through its training data, where its <see cref="TrainingJob"/> does not say. Default 10, at least 1.</summary>
    public int Epochs { get; set; } = 10;

    /// <summary>The learning rate where a <see cref="TrainingJob"/> does not say. Default 0.001, greater than 0.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Seeds torch's generators before a job is made and when its run begins, where the <see cref="TrainingJob"/> does not say. Default: not at all.</summary>
    public long? Seed { get; set; }

    /// <summary>Every how many steps a run's progress is brought up to date. Default 50, at least 1.</summary>
    public int LogEverySteps { get; set; } = 50;

    /// <summary>Every how many steps a run writes a checkpoint, besides those at ends of epochs: what a killed process loses at most. Default: not within epochs.</summary>
    public int? CheckpointEverySteps { get; set; }

    /// <summary>Every how many epochs a run writes a checkpoint. Default 1.</summary>
    public int CheckpointEveryEpochs { get; set; } = 1;

    /// <summary>How many of a run's newest checkpoints stay. Default 2: there is another one if the newest is damaged.</summary>
    public int KeepCheckpoints { get; set; } = 2;

    /// <summary>How many runs train at once. Default 1: one after another. Several share torch's random numbers, so that none of them is repeatable.</summary>
    public int RunsAtOnce { get; set; } = 1;

    /// <summary>How many ended runs the queue's file remembers; older ones are forgotten, and their checkpoints stay. Default 200, at least 0.</summary>
    public int KeepEndedRuns { get; set; } = 200;
}
