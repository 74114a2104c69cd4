using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What a precision asks of a training step: a region around forward and loss, and scaling around backward and step.</summary>
/// <remarks>
/// The order of a step is <c>using (policy.Region()) { forward, loss }</c>, <c>policy.Backward(loss)</c>, <c>policy.Unscale(optimizer)</c> if gradients are
/// looked at, <c>policy.Step(optimizer)</c>. With float32 each of them does what the plain loop does and nothing else.
/// </remarks>
internal sealed class PrecisionPolicy
{
    private readonly Precision precision;
    private readonly Device device;

    /// <exception cref="ArgumentOutOfRangeException">The precision is none of the three.</exception>
    /// <exception cref="NotSupportedException">The device cannot be trained on in this precision.</exception>
    public PrecisionPolicy(Precision precision, Device device)
        : this(precision, device, Autocast.IsAvailable)
    {
    }

    internal PrecisionPolicy(Precision precision, Device device, bool autocastAvailable)
    {
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "The precision is Float32, BFloat16 or Float16.");
        }

        (this.precision, this.device) = (precision, device);

        if (precision == Precision.Float32)
        {
            return;
        }

        Autocast.RequireAvailable(autocastAvailable);

        if (device.type is not (DeviceType.CPU or DeviceType.CUDA))
        {
            throw new NotSupportedException($"Precision.{precision} is for the processor and for CUDA, and the network is on {device}. Use Precision.Float32.");
        }

        if (precision == Precision.Float16)
        {
            Scaler = device.type == DeviceType.CUDA ? new GradientScaler() : throw new NotSupportedException(
                "Precision.Float16 is for GPUs, and the network is on the processor. Use Precision.BFloat16, or move the network to a GPU.");
        }
    }

    /// <summary>What scales the gradients; null unless the precision is float16. Its state belongs into a checkpoint.</summary>
    public GradientScaler? Scaler { get; internal init; }

    /// <summary>Takes the scale that another one has found.</summary>
    /// <param name="other">The other; null for none.</param>
    /// <returns>This policy.</returns>
    public PrecisionPolicy GoOnAs(PrecisionPolicy? other)
    {
        if (other?.Scaler is { } found)
        {
            Scaler?.Restore(found.State);
        }

        return this;
    }

    /// <summary>The region for forward and loss; null, which <c>using</c> takes, with float32.</summary>
    public Autocast? Region() => precision switch
    {
        Precision.BFloat16 => Autocast.BFloat16(device),
        Precision.Float16 => Autocast.Float16(device),
        _ => null,
    };

    /// <summary>Computes the gradients, outside the region; those of float16 are scaled until <see cref="Unscale"/> or <see cref="Step"/>.</summary>
    public void Backward(Tensor loss)
    {
        if (Scaler is null)
        {
            loss.backward();
            return;
        }

        using var scaled = Scaler.Scale(loss);
        scaled.backward();
    }

    /// <summary>Makes the gradients what they are without scaling, for clipping and reports.</summary>
    /// <returns>Whether they are finite, as far as the precision has to know.</returns>
    public bool Unscale(optim.Optimizer optimizer) => Scaler is null || Scaler.Unscale(optimizer);

    /// <summary>Lets the optimizer step, unless float16 overflowed.</summary>
    /// <returns>Whether it stepped.</returns>
    public bool Step(optim.Optimizer optimizer)
    {
        if (Scaler is null)
        {
            using var loss = optimizer.step();
            return true;
        }

        var stepped = Scaler.Step(optimizer);
        Scaler.Update();
        return stepped;
    }
}
