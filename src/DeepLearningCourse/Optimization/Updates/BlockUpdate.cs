using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Steps over one block: by libtorch's fused operator where it has one, otherwise small parameters together and large ones each by itself.</summary>
internal sealed class BlockUpdate<TOptions>(UpdateRule<TOptions> rule, ParameterBlock block) : IDisposable
    where TOptions : UpdateOptions
{
    private TOptions? slotOptions;
    private SlotTensors[] slots = [];
    private StepCounts? counts;
    private GatheredMemory? memory;
    private FusedLists? lists;
    private readonly int[] updated = new int[block.Parameters.Length];
    private nint[] stateHandles = [];

    public ParameterBlock Block => block;

    /// <summary>One step for the parameters whose gradients the block holds.</summary>
    public void Run(TOptions options, double learningRate)
    {
        FindSlots(options);

        for (var i = 0; i < block.Parameters.Length; i++)
        {
            block.Steps[i] += block.Gradients[i] != 0 ? 1 : 0;
        }

        if (rule.Fused is { } fused && fused.Works(block.Dtype, block.Device))
        {
            RunFused(fused, options, learningRate);
        }

        RunGathered(options, learningRate);
        RunSingly(options, learningRate);
    }

    public void Dispose()
    {
        counts?.Dispose();
        memory?.Dispose();
        block.Dispose();
    }

    private void FindSlots(TOptions options)
    {
        if (!ReferenceEquals(options, slotOptions))
        {
            slots = [.. rule.Slots(options).Select(block.Slot)];
            stateHandles = new nint[slots.Length];
            slotOptions = options;
        }
    }

    /// <summary>What is contiguous goes to the operator; the rest is left for the other ways.</summary>
    private void RunFused(FusedUpdate<TOptions> fused, TOptions options, double learningRate)
    {
        counts ??= new StepCounts(block.Parameters.Length, block.Device);
        lists ??= new FusedLists(block.Parameters.Length);
        counts.Write(block.Steps);

        if (fused.FirstStepApart)
        {
            RunFused(fused, options, learningRate, isFirstStep: true);
        }

        RunFused(fused, options, learningRate, isFirstStep: false);
    }

    private void RunFused(FusedUpdate<TOptions> fused, TOptions options, double learningRate, bool isFirstStep)
    {
        lists!.Clear();
        lists.IsFirstStep = isFirstStep;

        for (var i = 0; i < block.Parameters.Length; i++)
        {
            if (block.Gradients[i] == 0 || (fused.FirstStepApart && isFirstStep != (block.Steps[i] == 1)) || !IsContiguous(i))
            {
                continue;
            }

            for (var slot = 0; slot < slots.Length; slot++)
            {
                stateHandles[slot] = slots[slot].Handles[i];
            }

            updated[lists.Count] = i;
            lists.Add(block.Parameters[i].Handle, block.Gradients[i], counts!.Handles[i], stateHandles);
        }

        if (lists.Count > 0)
        {
            fused.Update(lists, options, learningRate);
            FinishUpdated();
        }
    }

    /// <summary>Libtorch's fused operators do not count changes, by which a backward pass that comes too late is found.</summary>
    private void FinishUpdated()
    {
        foreach (var i in updated.AsSpan(0, lists!.Count))
        {
            VersionCounter.Bump(block.Parameters[i].Handle);
            block.DropGradient(i);
        }
    }

    private void RunGathered(TOptions options, double learningRate)
    {
        for (var start = 0; start < block.Gathered;)
        {
            var end = start;

            while (end < block.Gathered && block.Gradients[end] != 0 && IsContiguous(end) && IsLike(end, start))
            {
                end++;
            }

            if (end - start > 1)
            {
                RunGathered(start, end, options, learningRate);
            }

            start = Math.Max(end, start + 1);
        }
    }

    private void RunGathered(int start, int end, TOptions options, double learningRate)
    {
        using var scope = NewDisposeScope();
        memory ??= new GatheredMemory(block);
        var tensors = memory.Gather(start, end, slots);
        var run = new UpdateRun(
            tensors.Parameter, tensors.Gradient, OwnsGradient: true, tensors.State, block.Scalars[start], block.Steps[start], learningRate);
        rule.Update(run, options);
        memory.Scatter(start, end);

        for (var i = start; i < end; i++)
        {
            block.Scalars[start].CopyTo(block.Scalars[i], 0);
            block.DropGradient(i);
        }
    }

    private void RunSingly(TOptions options, double learningRate)
    {
        for (var i = 0; i < block.Parameters.Length; i++)
        {
            if (block.Gradients[i] == 0)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var gradient = Tensor.UnsafeCreateTensor(block.Gradients[i]);
            block.Gradients[i] = 0;
            var state = Array.ConvertAll(slots, slot => slot.Views[i]);
            rule.Update(new UpdateRun(
                block.Parameters[i], gradient, OwnsGradient: false, state, block.Scalars[i], block.Steps[i], learningRate), options);
        }
    }

    private bool IsLike(int i, int first) =>
        block.Steps[i] == block.Steps[first] && block.Scalars[i].AsSpan().SequenceEqual(block.Scalars[first]);

    private bool IsContiguous(int i) =>
        TensorCalls.IsContiguous(block.Parameters[i].Handle) && TensorCalls.IsContiguous(block.Gradients[i]);
}
