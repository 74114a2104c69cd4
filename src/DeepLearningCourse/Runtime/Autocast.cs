using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>A region in which libtorch computes products of float32 tensors in a smaller type: Python's <c>torch.autocast</c>.</summary>
/// <remarks>
/// <para>Inside, matrix products, linear layers and convolutions cast their float32 inputs and weights, and give the smaller type; operations that need
/// the range, such as cross entropy, cast back to float32. The parameters stay float32, and so do their gradients. Which operation does what is libtorch's
/// list, another one for each device: <see href="https://pytorch.org/docs/stable/amp.html#autocast-op-reference"/>.</para>
/// <para>Put the forward pass and the loss inside, <c>backward()</c> and the optimizer's step outside. A region counts on the thread that began it and ends
/// there. Regions nest, also within <c>no_grad</c>.</para>
/// <para>A weight is cast once and the cast is kept until the outermost region ends, so a weight that is changed inside a region still counts as it was. In a
/// region that begins without gradients nothing is kept, because a cast made without gradients must not be met by a pass that needs them; put
/// <c>no_grad</c> around a region rather than inside it.</para>
/// </remarks>
/// <example>
/// <code>
/// using (Autocast.BFloat16(device))
/// {
///     preds = model.call(X);
///     loss = criterion.call(preds, y);
/// }
///
/// loss.backward();
/// </code>
/// </example>
public sealed unsafe class Autocast : IDisposable
{
    [ThreadStatic]
    private static Autocast? innermost;

    private readonly Autocast? outer = innermost;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly sbyte device;
    private readonly byte enabledBefore;
    private readonly byte cacheBefore;
    private readonly sbyte dtypeBefore;
    private bool ended;

    private Autocast(Device device, ScalarType? dtype, bool cacheEnabled = true)
    {
        this.device = Number(device);
        enabledBefore = AutocastFunctions.IsEnabled(this.device);
        cacheBefore = AutocastFunctions.IsCacheEnabled();
        dtypeBefore = AutocastFunctions.GetDtype(this.device);
        AutocastFunctions.SetEnabled(this.device, dtype is null ? (byte)0 : (byte)1);
        AutocastFunctions.SetDtype(this.device, dtype is null ? dtypeBefore : (sbyte)dtype);
        AutocastFunctions.SetCacheEnabled(cacheEnabled && is_grad_enabled() ? (byte)1 : (byte)0);
        _ = AutocastFunctions.IncrementNesting();
        innermost = this;
    }

    /// <summary>Whether this libtorch has autocast within reach; where it has not, beginning a region throws.</summary>
    public static bool IsAvailable => AutocastFunctions.AllFound;

    /// <summary>Begins a region of bfloat16: the range of float32 with 8 bits of precision. The type for processors and for GPUs from Ampere on.</summary>
    /// <param name="device">Where the tensors are that it concerns: the processor or a GPU.</param>
    /// <param name="cacheEnabled">Whether the cast of a weight is kept for its next use in the region, as in Python.</param>
    /// <returns>The region; dispose it to end it.</returns>
    /// <exception cref="NotSupportedException">libtorch has no autocast for the device, or it cannot be reached.</exception>
    public static Autocast BFloat16(Device device, bool cacheEnabled = true) => new(device, ScalarType.BFloat16, cacheEnabled);

    /// <summary>Begins a region of float16: 11 bits of precision and numbers up to 65,504. Small gradients become 0 in it unless the loss is scaled.</summary>
    /// <param name="device">Where the tensors are that it concerns: the processor or a GPU.</param>
    /// <param name="cacheEnabled">Whether the cast of a weight is kept for its next use in the region, as in Python.</param>
    /// <returns>The region; dispose it to end it.</returns>
    /// <exception cref="NotSupportedException">libtorch has no autocast for the device, or it cannot be reached.</exception>
    public static Autocast Float16(Device device, bool cacheEnabled = true) => new(device, ScalarType.Float16, cacheEnabled);

    /// <summary>Begins a region without casts inside another one: Python's <c>torch.autocast(device, enabled=False)</c>.</summary>
    /// <param name="device">Where the tensors are that it concerns: the processor or a GPU.</param>
    /// <returns>The region; dispose it to end it. Tensors from outside keep the smaller type they have: <c>x.to(float32)</c> first.</returns>
    /// <exception cref="NotSupportedException">libtorch has no autocast for the device, or it cannot be reached.</exception>
    public static Autocast Off(Device device) => new(device, null);

    /// <summary>What float32 tensors on a device are cast to here and now, on this thread.</summary>
    /// <param name="device">The processor or a GPU.</param>
    /// <returns>The type; null outside of regions and in one without casts.</returns>
    /// <exception cref="NotSupportedException">libtorch has no autocast for the device, or it cannot be reached.</exception>
    public static ScalarType? TypeOn(Device device)
    {
        var number = Number(device);
        return AutocastFunctions.IsEnabled(number) != 0 ? (ScalarType)AutocastFunctions.GetDtype(number) : null;
    }

    /// <summary>Ends the region, and those that were begun inside it and not ended: what held before holds again.</summary>
    /// <exception cref="InvalidOperationException">It was begun on another thread, and holds there.</exception>
    public void Dispose()
    {
        if (ended)
        {
            return;
        }

        if (thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException(
                "A region of autocast ends on the thread that began it, and this is another one. Is there an await inside the region? Compute first, await after.");
        }

        while (innermost != this)
        {
            innermost!.End();
        }

        End();
    }

    private void End()
    {
        ended = true;
        innermost = outer;
        AutocastFunctions.SetEnabled(device, enabledBefore);
        AutocastFunctions.SetDtype(device, dtypeBefore);
        AutocastFunctions.SetCacheEnabled(cacheBefore);

        if (AutocastFunctions.DecrementNesting() == 0)
        {
            AutocastFunctions.ClearCache();
        }
    }

    /// <summary>libtorch's number of a device that has autocast; another one would end the program.</summary>
    private static sbyte Number(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        RequireAvailable(IsAvailable);
        return device.type is DeviceType.CPU or DeviceType.CUDA
            ? (sbyte)device.type
            : throw new NotSupportedException($"There is autocast for the processor and for CUDA, and the device is {device}. Train in float32 there.");
    }

    internal static void RequireAvailable(bool available)
    {
        if (!available)
        {
            throw new NotSupportedException(
                $"This libtorch ({LibTorch.Info.Version}) has no autocast that can be reached from here. Use libtorch {LibTorchInfo.Expected.ToString(2)}, or train in float32.");
        }
    }
}
