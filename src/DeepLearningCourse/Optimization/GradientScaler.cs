using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>Keeps small gradients of float16 from becoming 0: PyTorch's <c>torch.amp.GradScaler</c>.</summary>
/// <remarks>
/// <para>The loss is multiplied by a large scale before <c>backward()</c>, and the gradients are divided by it before the optimizer's step. A step whose
/// gradients overflowed is left out and the scale made smaller; after <c>growthInterval</c> good steps in a row it is made larger.</para>
/// <para>Parameters and gradients are float32, as they are with autocast. It holds plain numbers, so there is nothing to dispose. It is not to be used by
/// several threads at once. <see href="https://pytorch.org/docs/stable/amp.html#torch.amp.GradScaler"/></para>
/// </remarks>
/// <example>
/// <code>
/// optimizer.zero_grad();
/// using (Autocast.Float16(device))
/// {
///     loss = criterion.call(model.call(X), y);
/// }
///
/// scaler.Scale(loss).backward();
/// scaler.Unscale(optimizer);   // only where gradients are looked at or clipped before the step
/// scaler.Step(optimizer);
/// scaler.Update();
/// </code>
/// </example>
public sealed class GradientScaler
{
    private readonly Dictionary<optim.Optimizer, Progress> inProgress = new(ReferenceEqualityComparer.Instance);
    private readonly double growthFactor;
    private readonly double backoffFactor;
    private readonly int growthInterval;

    // float32, as PyTorch's, so that both go through the same numbers.
    private float scale;
    private int growthTracker;

    /// <summary>Creates a scaler with PyTorch's defaults.</summary>
    /// <param name="initScale">The first scale: a finite number above 0 that float32 can hold.</param>
    /// <param name="growthFactor">What the scale is multiplied by after <paramref name="growthInterval"/> good steps: above 1.</param>
    /// <param name="backoffFactor">What the scale is multiplied by after a step with gradients that are not finite: between 0 and 1.</param>
    /// <param name="growthInterval">After how many good steps in a row the scale grows: at least 1.</param>
    /// <param name="enabled">Whether to scale at all. If false the loss and the gradients pass unchanged and no step is left out, so that one loop serves both.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside of what is said above.</exception>
    public GradientScaler(
        double initScale = 65536, double growthFactor = 2, double backoffFactor = 0.5, int growthInterval = 2000, bool enabled = true)
    {
        Require(IsScale(initScale), nameof(initScale), initScale, "a finite number above 0 that float32 can hold");
        Require(double.IsFinite(growthFactor) && growthFactor > 1, nameof(growthFactor), growthFactor, "a finite number above 1");
        Require(backoffFactor is > 0 and < 1, nameof(backoffFactor), backoffFactor, "a number between 0 and 1");
        Require(growthInterval >= 1, nameof(growthInterval), growthInterval, "a number of steps: at least 1");
        scale = (float)initScale;
        this.growthFactor = growthFactor;
        this.backoffFactor = backoffFactor;
        this.growthInterval = growthInterval;
        Enabled = enabled;
    }

    /// <summary>Whether it scales at all.</summary>
    public bool Enabled { get; }

    /// <summary>What the loss is multiplied by now; 1 if it is not enabled.</summary>
    public double CurrentScale => Enabled ? scale : 1;

    /// <summary>How many steps in a row were good since the scale last changed.</summary>
    public int GrowthTracker => growthTracker;

    /// <summary>The scale and its tracker, to be kept with a checkpoint. It can be written as JSON.</summary>
    public GradientScalerState State => new(scale, growthTracker);

    /// <summary>Goes on from a kept state; steps in progress are forgotten.</summary>
    /// <param name="state">What <see cref="State"/> gave, here or in another process.</param>
    /// <exception cref="ArgumentException">The scale is no finite number above 0, or the tracker is below 0.</exception>
    public void Restore(GradientScalerState state)
    {
        ArgumentNullException.ThrowIfNull(state);

        if (!IsScale(state.Scale) || state.GrowthTracker < 0)
        {
            throw new ArgumentException(
                $"A scaler's state has a finite scale above 0 and a tracker from 0 on, and this is {state}. Was the file written by GradientScaler.State?", nameof(state));
        }

        (scale, growthTracker) = ((float)state.Scale, state.GrowthTracker);
        inProgress.Clear();
    }

    /// <summary>Multiplies the loss by the scale; call <c>backward()</c> on the result.</summary>
    /// <param name="loss">The loss, of any shape; of float16 or bfloat16 it becomes float32 first, which can hold the product.</param>
    /// <returns>A new tensor.</returns>
    public Tensor Scale(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);

        if (!Enabled)
        {
            return loss.alias();
        }

        if (loss.dtype is not (ScalarType.Float16 or ScalarType.BFloat16))
        {
            return loss.mul(scale);
        }

        using var wide = loss.to(float32);
        return wide.mul(scale);
    }

    /// <summary>Divides the gradients of an optimizer's parameters by the scale, so that they are what they would be without it.
    /// <see cref="Step"/> does it too; call it before only to look at the gradients or to clip them.</summary>
    /// <param name="optimizer">The optimizer, after <c>backward()</c>.</param>
    /// <returns>Whether all gradients are finite; if not, <see cref="Step"/> will leave the step out.</returns>
    /// <exception cref="InvalidOperationException">No parameter has a gradient, a gradient is float16, or it was called before for this optimizer since the last
    /// <see cref="Update"/>.</exception>
    public bool Unscale(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);

        if (!Enabled)
        {
            return true;
        }

        if (inProgress.TryGetValue(optimizer, out var progress))
        {
            throw new InvalidOperationException(progress.Stepped
                ? "GradientScaler.Unscale comes before Step, and this optimizer has stepped. Call Update at the end of each step."
                : "The gradients of this optimizer are divided by the scale already. Call GradientScaler.Unscale once in a step, and Update at its end.");
        }

        var finite = UnscaleGradients(optimizer);
        inProgress[optimizer] = new Progress(finite, Stepped: false);
        return finite;
    }

    /// <summary>Divides the gradients by the scale, unless <see cref="Unscale"/> did, and lets the optimizer step if all of them are finite.</summary>
    /// <param name="optimizer">The optimizer, after <c>backward()</c>.</param>
    /// <returns>Whether the optimizer stepped. If not, the parameters and its state are as they were.</returns>
    /// <exception cref="InvalidOperationException">No parameter has a gradient, a gradient is float16, or it was called before for this optimizer since the last
    /// <see cref="Update"/>.</exception>
    public bool Step(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);

        if (Enabled)
        {
            if (inProgress.TryGetValue(optimizer, out var progress) && progress.Stepped)
            {
                throw new InvalidOperationException("This optimizer has stepped already. Call GradientScaler.Update at the end of each step.");
            }

            var finite = progress?.Finite ?? Unscale(optimizer);
            inProgress[optimizer] = new Progress(finite, Stepped: true);

            if (!finite)
            {
                return false;
            }
        }

        using var loss = optimizer.step();
        return true;
    }

    /// <summary>Makes the scale smaller if gradients of any optimizer were not finite, or larger after enough good steps. Call it once, after the steps of all
    /// optimizers.</summary>
    /// <exception cref="InvalidOperationException">No optimizer stepped since the last call.</exception>
    public void Update()
    {
        if (!Enabled)
        {
            return;
        }

        if (inProgress.Count == 0)
        {
            throw new InvalidOperationException("GradientScaler.Update has nothing to judge by. Call it once in a step, after GradientScaler.Step(optimizer).");
        }

        if (inProgress.Values.Any(progress => !progress.Finite))
        {
            scale = (float)(scale * backoffFactor);
            growthTracker = 0;
        }
        else if (++growthTracker >= growthInterval)
        {
            var grown = (float)(scale * growthFactor);
            scale = float.IsFinite(grown) ? grown : scale;
            growthTracker = 0;
        }

        inProgress.Clear();
    }

    private bool UnscaleGradients(optim.Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        List<Tensor> gradients = [];

        foreach (var parameter in optimizer.parameters())
        {
            if (parameter.grad is { } gradient)
            {
                // The values of a sparse gradient are all there is to divide.
                gradients.Add(gradient.is_sparse ? gradient.SparseValues : gradient);
            }
        }

        if (gradients.Count == 0)
        {
            throw new InvalidOperationException("No parameter of the optimizer has a gradient. Call scaler.Scale(loss).backward() first.");
        }

        if (gradients.Exists(gradient => gradient.dtype == ScalarType.Float16))
        {
            throw new InvalidOperationException(
                "A gradient is float16, which cannot be divided by the scale without loss. Keep the network in float32: Autocast.Float16 computes in float16 all the same.");
        }

        return AmpOperators.Unscale(gradients, (float)(1.0 / scale));
    }

    private static bool IsScale(double value) => value > 0 && float.IsFinite((float)value) && (float)value > 0;

    private static void Require(bool holds, string name, double value, string what)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} of a GradientScaler is {what}.");
        }
    }

    private sealed record Progress(bool Finite, bool Stepped);
}
