using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>What an optimizer keeps for one group, and its steps.</summary>
internal sealed class GroupState<TOptions> : IDisposable
    where TOptions : UpdateOptions
{
    private readonly UpdateRule<TOptions> rule;
    private readonly OptimizerGroup<TOptions> group;
    private readonly long gatherBelow;
    private readonly List<BlockUpdate<TOptions>> blocks = [];

    public GroupState(UpdateRule<TOptions> rule, OptimizerGroup<TOptions> group, long gatherBelow)
    {
        this.rule = rule;
        this.group = group;
        this.gatherBelow = gatherBelow;
        MakeBlocks();
    }

    /// <summary>One step over all parameters that have a gradient.</summary>
    public void Update()
    {
        FollowConversions();

        foreach (var update in blocks)
        {
            var block = update.Block;

            try
            {
                if (block.TakeGradients())
                {
                    UpdateSparse(block);
                    update.Run(group.Options, group.LearningRate);
                }
            }
            finally
            {
                block.DropGradients();
            }
        }
    }

    /// <summary>What is kept for a parameter, under PyTorch's names; null before its first step. The tensors are new objects over the same memory.</summary>
    public IReadOnlyDictionary<string, Tensor>? StateOf(int parameter)
    {
        var (block, i) = Find(parameter);

        if (block.Steps[i] == 0)
        {
            return null;
        }

        Dictionary<string, Tensor> state = [];

        if (rule.CountsSteps)
        {
            state["step"] = tensor((float)block.Steps[i]);
        }

        for (var scalar = 0; scalar < rule.Scalars.Count; scalar++)
        {
            state[rule.Scalars[scalar].Name] = tensor(block.Scalars[i][scalar]).to(ScalarType.Float32);
        }

        foreach (var slot in rule.Slots(group.Options))
        {
            state[slot.Name] = block.Slot(slot).Views[i].alias();
        }

        return state;
    }

    /// <summary>Takes over what was kept for a parameter; null if that is nothing.</summary>
    public void Load(int parameter, IReadOnlyDictionary<string, Tensor>? state)
    {
        FollowConversions();
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var (block, i) = Find(parameter);

        // An optimizer without counts has made a step if it kept anything, as SGD its momentum.
        block.Steps[i] = state is null ? 0 : rule.CountsSteps ? (long)state["step"].to(ScalarType.Float64).item<double>() : 1;

        for (var scalar = 0; scalar < rule.Scalars.Count; scalar++)
        {
            block.Scalars[i][scalar] = state is null
                ? rule.Scalars[scalar].Initial(group.LearningRate)
                : state[rule.Scalars[scalar].Name].to(ScalarType.Float64).item<double>();
        }

        foreach (var slot in rule.Slots(group.Options))
        {
            var view = block.Slot(slot).Views[i];
            _ = state is null ? view.fill_(slot.Initial) : view.copy_(state[slot.Name]);
        }
    }

    public void Dispose() => blocks.ForEach(update => update.Dispose());

    private void UpdateSparse(ParameterBlock block)
    {
        for (var i = 0; i < block.Parameters.Length; i++)
        {
            if (block.Gradients[i] == 0 || !DeepLearningCourse.Runtime.TensorCalls.IsSparse(block.Gradients[i]))
            {
                continue;
            }

            using var scope = NewDisposeScope();

            if (!rule.UpdateSparse(block.Parameters[i], block.Parameters[i].grad!, group.Options, group.LearningRate))
            {
                throw new NotSupportedException(
                    $"Parameter '{group.Names[block.Places[i]]}' {Shapes.Text(block.Parameters[i])} has a sparse gradient, which this optimizer cannot take. Make its "
                    + "embedding with sparse: false, or use Optimizers.SGD without momentum and weight decay.");
            }

            block.DropGradient(i);
        }
    }

    private (ParameterBlock Block, int Place) Find(int parameter)
    {
        foreach (var update in blocks)
        {
            var place = Array.IndexOf(update.Block.Places, parameter);

            if (place >= 0)
            {
                return (update.Block, place);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(parameter));
    }

    /// <summary>Parameters of another type or on another device than before take their state with them.</summary>
    private void FollowConversions()
    {
        foreach (var update in blocks)
        {
            if (!update.Block.IsUpToDate())
            {
                RemakeBlocks();
                return;
            }
        }
    }

    private void RemakeBlocks()
    {
        using var withoutGradients = no_grad();
        BlockUpdate<TOptions>[] old = [.. blocks];
        blocks.Clear();
        MakeBlocks();

        foreach (var update in old)
        {
            for (var i = 0; i < update.Block.Places.Length; i++)
            {
                var (block, place) = Find(update.Block.Places[i]);
                block.Steps[place] = update.Block.Steps[i];
                block.Scalars[place] = update.Block.Scalars[i];

                foreach (var (name, value) in update.Block.TensorsOf(i))
                {
                    block.Slot(new StateSlot(name)).Views[place].copy_(value);
                }
            }

            update.Dispose();
        }
    }

    private void MakeBlocks()
    {
        foreach (var same in group.Parameters.Select((parameter, place) => (parameter, place))
            .GroupBy(entry => (entry.parameter.dtype, entry.parameter.device_type, entry.parameter.device_index)))
        {
            var device = same.First().parameter.device;
            var block = new ParameterBlock(
                group.Parameters, same.Select(entry => entry.place), same.Key.dtype, device, gatherBelow, rule.Scalars.Count);

            for (var scalar = 0; scalar < rule.Scalars.Count; scalar++)
            {
                foreach (var scalars in block.Scalars)
                {
                    scalars[scalar] = rule.Scalars[scalar].Initial(group.LearningRate);
                }
            }

            blocks.Add(new BlockUpdate<TOptions>(rule, block));
        }
    }
}
