using System.Globalization;
using DeepLearningCourse.Models.Formats;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Ends a run at the step whose loss or gradients are NaN or infinite, says where they come from, and keeps the batch.</summary>
/// <remarks>
/// <para>A loss that is no number ends a run anyway. The guard computes it once more, layer by layer, and the exception then names the first layer whose output is
/// not finite, or the parameters that were spoiled by an earlier step; it also looks at the gradients of each step before they change the weights. The weights
/// and buffers, running statistics of normalisations too, stay those of the last good step.</para>
/// <para>Random numbers, as of Dropout, are others when the loss is computed once more; torch's generator is left as it was found. Gradients of float16 that overflow
/// are no failure: their step is left out. A step that makes the weights themselves infinite shows in the batch after it.</para>
/// <para>The cost is a pass over the gradients and a copy of the buffers at each step.</para>
/// </remarks>
/// <example>
/// <code>
/// using var guard = new NanGuard("runs/digits");
/// new Trainer(model, criterion, optimizer, new TrainerOptions { Callbacks = [guard] }).Fit(trainLoader);
/// // TrainingException: Epoch 3, batch 12: the loss is NaN, ... Layer 'log' (...) is the first that gives numbers that are not finite, ...
/// </code>
/// </example>
public sealed class NanGuard : ITrainingCallback, IDisposable
{
    private readonly KeptWeights batch = new();
    private readonly KeptWeights buffers = new();
    private List<Parameter> parameters = [];
    private Dictionary<string, Tensor> live = [];

    /// <summary>Guards a run.</summary>
    /// <param name="folder">Where the batch is written as a <c>.safetensors</c> file; made when it is needed. Null to keep it in <see cref="Batch"/>.</param>
    public NanGuard(string? folder = null)
    {
        if (folder is not null)
        {
            ArgumentException.ThrowIfNullOrEmpty(folder);
            Folder = Path.GetFullPath(folder);
        }
    }

    /// <summary>The folder, whole; null if there is none.</summary>
    public string? Folder { get; }

    /// <summary>What was found, in sentences; null if nothing happened.</summary>
    public string? Finding { get; private set; }

    /// <summary>The path of the layer, or the name of the parameter, that was found; null if nothing happened or it is neither.</summary>
    public string? Where { get; private set; }

    /// <summary>The batch as it was on its device, if it was not written to a file: tensors by name, <c>features</c> and <c>target</c> of a pair, else by member, key or
    /// place. They are this object's until it is disposed or the next run begins.</summary>
    public IReadOnlyDictionary<string, Tensor> Batch => batch.Tensors;

    /// <summary>The file that the batch was written to; null if none was.</summary>
    public string? BatchFile { get; private set; }

    /// <summary>Before others: it is of no use to look at gradients that are no numbers.</summary>
    public int Order => -100;

    /// <inheritdoc/>
    public void OnFitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        batch.Forget();
        (Finding, Where, BatchFile) = (null, null, null);
        parameters = [.. run.Optimizers.SelectMany(optimizer => optimizer.parameters())];
        ReadBuffers(run.Model);
    }

    /// <inheritdoc/>
    public void OnEpochStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        ReadBuffers(run.Model);
    }

    /// <inheritdoc/>
    public void OnStepEnded(TrainingRun run, StepResult result) => KeepBuffers();

    /// <inheritdoc/>
    public void OnNonFiniteLoss(TrainingRun run, NonFiniteLoss failure)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(failure);
        GiveBuffersBack();
        var found = NonFiniteSearch.InWeights(run.Model) ?? Repeat(run.Model, failure.Forward);
        GiveBuffersBack();
        Conclude(run, found, failure.Batch, failure.Loss);
        failure.Finding = failure.Finding is null ? Finding : $"{failure.Finding} {Finding}";
    }

    /// <inheritdoc/>
    public void OnGradientsReady(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);

        // A norm may be too large for a number, and the gradients not.
        if (GradientNorms.AreFinite(parameters) || NonFiniteSearch.InGradients(run.Model) is not { } found)
        {
            return;
        }

        GiveBuffersBack();
        Conclude(run, found, run.CurrentBatch(), loss: null);
        throw new Place(run.Epoch, run.Batch, run.History).Error(Finding!);
    }

    /// <inheritdoc/>
    public void OnFitEnded(TrainingRun run, TrainingHistory history) => LetGo();

    /// <inheritdoc/>
    public void OnFailed(TrainingRun run, Exception exception) => LetGo();

    /// <summary>Frees the batch.</summary>
    public void Dispose()
    {
        batch.Forget();
        buffers.Forget();
    }

    private static NonFinite Repeat(nn.Module model, Func<StepOutput> forward)
    {
        using var generator = random.get_rng_state();

        try
        {
            return NonFiniteSearch.InForward(model, forward);
        }
        finally
        {
            random.set_rng_state(generator);
        }
    }

    private void Conclude(TrainingRun run, NonFinite found, object? failed, double? loss)
    {
        Where = found.Where;
        Finding = $"{found.Sentence} {KeepBatch(run, BatchTensors.Of(failed), loss)}".TrimEnd();
    }

    private string KeepBatch(TrainingRun run, Dictionary<string, Tensor> tensors, double? loss)
    {
        if (tensors.Count == 0)
        {
            return "";
        }

        if (Folder is null)
        {
            batch.Keep(tensors);
            return "The batch is in NanGuard.Batch.";
        }

        var file = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"non-finite-step-{run.Step + 1:D10}.safetensors"));

        try
        {
            _ = Directory.CreateDirectory(Folder);
            SafetensorsWriter.Write(file, tensors, Description(run, loss));
            BatchFile = file;
            return $"The batch is in {file}.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return $"The batch could not be written: {exception.Message}";
        }
    }

    private static Dictionary<string, string> Description(TrainingRun run, double? loss)
    {
        Dictionary<string, string> description = new()
        {
            ["step"] = (run.Step + 1).ToString(CultureInfo.InvariantCulture),
            ["epoch"] = run.Epoch.ToString(CultureInfo.InvariantCulture),
            ["batch"] = run.Batch.ToString(CultureInfo.InvariantCulture),
        };

        if (loss is { } number)
        {
            description["loss"] = number.ToString(CultureInfo.InvariantCulture);
        }

        return description;
    }

    private void ReadBuffers(nn.Module model)
    {
        live = model.named_buffers().DistinctBy(entry => entry.name).ToDictionary(entry => entry.name, entry => entry.buffer);
        KeepBuffers();
    }

    private void KeepBuffers()
    {
        // A layer may have been taken away meanwhile: the next epoch reads them anew.
        if (live.Count > 0 && !live.Values.Any(buffer => buffer.IsInvalid))
        {
            buffers.Keep(live);
        }
    }

    private void GiveBuffersBack()
    {
        if (!buffers.IsEmpty)
        {
            buffers.GiveTo(live);
        }
    }

    private void LetGo()
    {
        buffers.Forget();
        (parameters, live) = ([], []);
    }
}
