namespace DeepLearningCourse.Training;

/// <summary>Where a run goes on from.</summary>
/// <remarks>
/// <para>A run is to go on as if nothing had happened, bit for bit, so the program is best left as it was. What a checkpoint can tell apart is dealt with so:</para>
/// <list type="table">
/// <listheader><term>another</term><description>what happens</description></listheader>
/// <item><term>file, damaged</term><description>the one before is taken, with a warning; without one a <see cref="Checkpoints.CheckpointException"/></description></item>
/// <item><term>names, shapes or types of the weights</term><description>refused</description></item>
/// <item><term>class of the network, or layers of other options, with equal weights</term><description>goes on as it is now, with a warning of both</description></item>
/// <item><term>optimizer, its parameters or their order; phases; kind or options of the schedule</term><description>refused</description></item>
/// <item><term>learning rate, betas, momentum, weight decay or any other option of the optimizer</term><description>the checkpoint's stays, as with PyTorch's
/// <c>load_state_dict</c>, with a warning of both; set it in <see cref="ITrainingCallback.OnFitStarted"/> to change it</description></item>
/// <item><term>average: none in place of one, or EMA in place of SWA</term><description>refused</description></item>
/// <item><term>average: one in place of none</term><description>begins there, with a warning</description></item>
/// <item><term>average's decay, warm-up or buffers; <see cref="TrainerOptions.BatchesPerStep"/>, <see cref="TrainerOptions.ClipNorm"/>,
/// <see cref="TrainerOptions.ClipValue"/>, <see cref="TrainerOptions.Precision"/>, how often averages, schedules and validations come,
/// <see cref="TrainerOptions.OverfitBatches"/>, <see cref="TrainerOptions.Threads"/>, <see cref="TrainerOptions.Deterministic"/>, criterion, kind of device, frozen
/// parameters</term><description>goes on as it is now, with a warning of both</description></item>
/// <item><term><see cref="TrainerOptions.Seed"/>, or seed of a loader</term><description>the checkpoint's stays, with a warning of both</description></item>
/// <item><term>training data: class or size of the dataset, batch size, order, sampler, <c>dropLast</c></term><description>refused within an epoch, where
/// the number of a batch is its place; between epochs goes on with it, with a warning</description></item>
/// <item><term>validation data, or none</term><description>goes on with it, with a warning</description></item>
/// <item><term>callbacks with a state: one too few, one too many</term><description>goes on, with a warning</description></item>
/// <item><term><see cref="TrainerOptions.Epochs"/> or <see cref="TrainerOptions.MaxSteps"/></term><description>goes on up to there; with a warning if that is behind
/// it</description></item>
/// <item><term>number of workers, other options of loaders, metrics, display, logs</term><description>goes on without a word: the weights do not depend on them</description></item>
/// </list>
/// <para>Loaders are found behind LINQ and iterators too. Their batches up to the checkpoint are made again, which a <see cref="Data.DataLoader{TBatch}"/> that is given
/// itself does not need; that they are other ones shows only then. What no loader makes begins as the program begins it: what a function keeps between batches is not in a checkpoint, nor is what the data
/// is, beyond its size.</para>
/// </remarks>
/// <example>
/// <code>
/// trainer.Fit(trainLoader, validationLoader, resume: ResumeFrom.Auto);   // the newest checkpoint of the options' Checkpoint, or from the beginning
/// trainer.Fit(trainLoader, validationLoader, resume: "runs/digits"); // the newest in this folder, which must have one
/// </code>
/// </example>
public sealed class ResumeFrom
{
    private ResumeFrom(string? path) => Path = path;

    /// <summary>The newest checkpoint in the folder of the <see cref="Callbacks.Checkpoint"/> among <see cref="TrainerOptions.Callbacks"/>; without any the run begins anew.</summary>
    public static ResumeFrom Auto { get; } = new(null);

    /// <summary>The file, or the folder of which the newest file is taken; null for <see cref="Auto"/>.</summary>
    public string? Path { get; }

    /// <summary>A file that <see cref="TrainingRun.Save"/> wrote, or a folder of them.</summary>
    /// <param name="path">The file or folder.</param>
    public static ResumeFrom At(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ResumeFrom(path);
    }

    /// <summary>A file that <see cref="TrainingRun.Save"/> wrote, or a folder of them.</summary>
    /// <param name="path">The file or folder.</param>
    public static implicit operator ResumeFrom(string path) => At(path);
}
