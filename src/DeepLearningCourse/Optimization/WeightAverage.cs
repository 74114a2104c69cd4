using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization.Averaging;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>A running average of a network's weights, which often predicts better than the weights of the last step.</summary>
/// <remarks>
/// <para>Follows <see href="https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.AveragedModel.html">torch.optim.swa_utils.AveragedModel</see>
/// with <c>get_ema_multi_avg_fn</c> (<see cref="Ema"/>) and <c>get_swa_multi_avg_fn</c> (<see cref="Swa"/>): the first update copies the weights, and frozen
/// parameters are averaged as all others. Instead of a second network it holds the averages alone, and <see cref="Apply"/> lends them to the network.</para>
/// <para>Buffers, such as the running statistics of normalisations, are copied at each update as they are, or averaged with <c>useBuffers</c>; a buffer of whole
/// numbers is averaged as fractions and cut off, as in PyTorch, and one of truth values is always copied. Buffers that are not saved are left alone.</para>
/// <para>The averages have the types and devices of the network's tensors, and follow when <c>model.to</c> moves or converts those. They take twice the
/// memory of the weights: once for themselves and once for the network's own values while they are averaged or put aside.</para>
/// </remarks>
/// <example>
/// <code>
/// using var average = WeightAverage.Ema(model, decay: 0.999);
/// // After each optimizer.step():
/// average.Update();
///
/// using (average.Apply())
/// {
///     BatchNormStatistics.Refresh(model, trainLoader); // only if the network has BatchNorm
///     Evaluation result = trainer.Evaluate(testLoader);
/// }
/// </code>
/// </example>
public sealed class WeightAverage : IDisposable
{
    private readonly nn.Module model;
    private readonly TensorRegister register;
    private readonly AveragingRule rule;
    private readonly bool useBuffers;
    private readonly Tensor count;
    private AveragedTensors? averages;
    private AppliedAverages? applied;
    private bool disposed;

    private WeightAverage(nn.Module model, AveragingRule rule, bool useBuffers)
    {
        (this.model, register, this.rule, this.useBuffers) = (model, new TensorRegister(model), rule, useBuffers);

        if (model.state_dict().Count == 0)
        {
            throw new ArgumentException(
                $"{model.GetType().Name} has no weights to average. Declare its layers as members of a MyNeuralNetwork, or call RegisterComponents() in its constructor.", nameof(model));
        }

        count = tensor(0L).DetachFromDisposeScope();
    }

    /// <summary>How many times the weights came into the average.</summary>
    public long Updates { get; private set; }

    /// <summary>The averages by the names of <c>state_dict</c>, buffers included; empty before the first update.</summary>
    /// <remarks>As with <c>state_dict</c> these are the averages themselves, not copies: they belong to this object and change with it.</remarks>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public IReadOnlyDictionary<string, Tensor> Weights
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            TakeBuffersBack();
            return averages is null ? new Dictionary<string, Tensor>() : new Dictionary<string, Tensor>(averages.ByName);
        }
    }

    /// <summary>All that a program needs to go on after a restart: <c>n_averaged</c>, an int64 number, and each average as <c>module.</c> and its name.</summary>
    /// <remarks>The keys are those of PyTorch's <c>AveragedModel.state_dict()</c>. The tensors are not copies: write them, or <c>clone()</c> them, before the next
    /// update. How the average is made (decay and so on) is not in it.</remarks>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public IReadOnlyDictionary<string, Tensor> State
    {
        get
        {
            var weights = Weights;
            count.fill_(Updates);
            return AverageState.Of(weights, count);
        }
    }

    /// <summary>What kind of average it is and its options, as text by name.</summary>
    internal IReadOnlyDictionary<string, string> Description =>
        new Dictionary<string, string>(rule.Description) { [nameof(useBuffers)] = useBuffers ? "true" : "false" };

    /// <summary>The exponential moving average: <c>average ← decay · average + (1 - decay) · weights</c>.</summary>
    /// <param name="model">The network; nothing is registered in it.</param>
    /// <param name="decay">How much of the average stays at each update, from 0 to 1. About the last 1 / (1 - decay) updates count.</param>
    /// <param name="useBuffers">Whether buffers are averaged too; they are copied otherwise.</param>
    /// <param name="warmUp">Whether the decay is at most (1 + updates) / (10 + updates), so that the first weights are soon forgotten, as in TensorFlow's
    /// <see href="https://www.tensorflow.org/api_docs/python/tf/train/ExponentialMovingAverage">ExponentialMovingAverage</see>; PyTorch has no such option.</param>
    /// <returns>The average, without weights until the first <see cref="Update"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">The network has no weights.</exception>
    public static WeightAverage Ema(nn.Module model, double decay = 0.999, bool useBuffers = false, bool warmUp = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return decay is >= 0 and <= 1
            ? new WeightAverage(model, new ExponentialRule(decay, warmUp), useBuffers)
            : throw new ArgumentOutOfRangeException(nameof(decay), decay, string.Create(
                CultureInfo.InvariantCulture, $"The decay is the part of the average that stays at each update, from 0 to 1, and {decay} is not. 0.999 is usual."));
    }

    /// <summary>Stochastic weight averaging: the mean of the weights of all updates, usually one an epoch towards the end of training.</summary>
    /// <param name="model">The network; nothing is registered in it.</param>
    /// <param name="useBuffers">Whether buffers are averaged too; they are copied otherwise.</param>
    /// <returns>The average, without weights until the first <see cref="Update"/>.</returns>
    /// <exception cref="ArgumentException">The network has no weights.</exception>
    public static WeightAverage Swa(nn.Module model, bool useBuffers = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new WeightAverage(model, new EqualRule(), useBuffers);
    }

    /// <summary>Brings the network's weights into the average; call it after <c>optimizer.step()</c>. The first call copies them.</summary>
    /// <exception cref="InvalidOperationException">The averages are applied, a lazy layer has no size yet, or layers were added, removed or changed in
    /// shape since the first update.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Update()
    {
        RefuseWhileApplied("update");
        using var withoutGradients = no_grad();
        var network = Follow();

        if (Updates == 0)
        {
            averages!.TakeFrom(network);
        }
        else
        {
            averages!.Average(network, rule, useBuffers, Updates);
        }

        Updates++;
    }

    /// <summary>Puts the averages into the network, in place, and gives it its own weights back, bit for bit, when the result is disposed.</summary>
    /// <returns>To be disposed, best by <c>using</c>, also when something fails meanwhile.</returns>
    /// <remarks>
    /// <para>Parameters stay the tensors that an optimizer holds. Meanwhile do not train: a step would change the averages, and what it did is given up at the
    /// end. Buffers are the exception: what <see cref="BatchNormStatistics.Refresh(nn.Module{Tensor, Tensor}, IEnumerable{Tensor}, CancellationToken)"/> or a
    /// pass in training mode makes of them stays with the averages, and the network gets its own back.</para>
    /// <para>Apply between steps, not between a forward pass and its <c>backward()</c>, which needs the weights of the pass.</para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">There was no update yet, the averages are applied already, or layers have changed since the first
    /// update.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public IDisposable Apply()
    {
        RefuseWhileApplied("apply");
        RequireUpdates();
        using var withoutGradients = no_grad();
        averages!.Show(Follow());
        return applied = new AppliedAverages(this);
    }

    /// <summary>Copies the averages into a network for good: the same one, when training has ended, or another of its class.</summary>
    /// <param name="other">The network; it keeps its devices and types.</param>
    /// <exception cref="WeightsMismatchException">The network has other names or shapes; each difference is named and nothing was copied.</exception>
    /// <exception cref="InvalidOperationException">There was no update yet, or the network is the averaged one and has the averages applied.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void CopyTo(nn.Module other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireUpdates();

        if (ReferenceEquals(other, model))
        {
            RefuseWhileApplied("copy into the network");
        }

        StateLoader.Load(other, new Dictionary<string, Tensor>(Weights), strict: true, []);
    }

    /// <summary>Saves the averages as the network's weights are saved, to be loaded by <c>LoadWeights</c> or in Python.</summary>
    /// <param name="path">The file, in the format of its ending; see <see cref="WeightExtensions.SaveWeights"/>.</param>
    /// <param name="preprocessors">Scalers and encoders that go with the network, by a name each.</param>
    /// <param name="maxShardBytes">More bytes than this go to several <c>.safetensors</c> files and an index; null for one file.</param>
    /// <exception cref="ArgumentException">The name has another ending, or several files are asked for in a format that has none.</exception>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is left as it was.</exception>
    /// <exception cref="NotSupportedException">The format has no place for a tensor's type.</exception>
    /// <exception cref="InvalidOperationException">There was no update yet, or a preprocessor was not fitted.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void SaveWeights(string path, IReadOnlyDictionary<string, Preprocessor>? preprocessors = null, long? maxShardBytes = null)
    {
        RequireUpdates();
        using var lent = applied is null ? Apply() : null;
        model.SaveWeights(path, preprocessors, maxShardBytes);
    }

    /// <summary>Goes on from a saved <see cref="State"/>: the averages that follow are those of an uninterrupted run, bit for bit.</summary>
    /// <param name="state">The entries of <see cref="State"/>, or of PyTorch's <c>AveragedModel.state_dict()</c>; they are copied. Other entries are an error.</param>
    /// <exception cref="WeightsMismatchException">It is the state of another network; each difference is named, and nothing was changed.</exception>
    /// <exception cref="ArgumentException">The number of updates is missing or negative.</exception>
    /// <exception cref="InvalidOperationException">The averages are applied, or a lazy layer has no size yet.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        RefuseWhileApplied("restore");
        var updates = AverageState.UpdatesOf(state);
        using var withoutGradients = no_grad();
        var restored = updates == 0 ? null : AveragedTensors.Filled(Read(), room => AverageState.CopyTo(room, state, model.GetType().Name));
        averages?.Dispose();
        (averages, Updates) = (restored, updates);
    }

    /// <summary>Gives the network its own weights back, if the averages are applied, and frees the averages.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            applied?.Dispose();
            disposed = true;
            averages?.Dispose();
            count.Dispose();
        }
    }

    /// <summary>The network's tensors as they are now, with averages that lie where they do.</summary>
    private NetworkTensors Follow()
    {
        var network = Read();

        if (averages is null)
        {
            averages = new AveragedTensors(network);
        }
        else if (!averages.LiesAs(network))
        {
            var there = averages;
            averages = AveragedTensors.Filled(network, room => room.TakeFrom(there));
            there.Dispose();
        }

        return network;
    }

    private NetworkTensors Read()
    {
        var network = register.Read();
        LazyParameter.RefuseWaiting(network.Items);
        return network;
    }

    private void TakeBuffersBack()
    {
        if (applied is not null)
        {
            using var withoutGradients = no_grad();
            averages!.TakeBuffersBack(register.Read());
        }
    }

    private void RequireUpdates()
    {
        ObjectDisposedException.ThrowIf(disposed, this);

        if (Updates == 0)
        {
            throw new InvalidOperationException("There are no averages yet: call Update() after each optimizer.step(), or once an epoch, before they are used.");
        }
    }

    private void RefuseWhileApplied(string what)
    {
        ObjectDisposedException.ThrowIf(disposed, this);

        if (applied is not null)
        {
            throw new InvalidOperationException(
                $"The averages are applied: the network has them in place of its own weights, so it is too early to {what}. Dispose what Apply() returned first.");
        }
    }

    private void GiveBack()
    {
        using var withoutGradients = no_grad();
        var network = register.Read();
        averages!.TakeBuffersBack(network);
        averages.GiveBack(network);
        applied = null;
    }

    private sealed class AppliedAverages(WeightAverage owner) : IDisposable
    {
        public void Dispose()
        {
            if (ReferenceEquals(owner.applied, this))
            {
                owner.GiveBack();
            }
        }
    }
}
