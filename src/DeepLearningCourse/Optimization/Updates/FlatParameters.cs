using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The parameters of a group seen as one vector, in the group's order.</summary>
internal sealed class FlatParameters
{
    private readonly OptimizerGroup group;

    public FlatParameters(OptimizerGroup group)
    {
        this.group = group;
        Count = group.Parameters.Sum(parameter => parameter.numel());
        RequireOneKind();
    }

    /// <summary>The length of the vector.</summary>
    public long Count { get; }

    public ScalarType Dtype => group.Parameters[0].dtype;

    public Device Device => group.Parameters[0].device;

    /// <exception cref="InvalidOperationException">The parameters have not all one type and one device.</exception>
    public void RequireOneKind()
    {
        var (dtype, type, index) = (Dtype, Device.type, Device.index);

        for (var i = 1; i < group.Parameters.Count; i++)
        {
            var other = group.Parameters[i];

            if (other.dtype != dtype || other.device_type != type || other.device_index != index)
            {
                throw new InvalidOperationException(
                    $"LBFGS takes all parameters as one vector, and '{group.Names[i]}' {Shapes.Text(other)} is {other.dtype} on {other.device} where "
                    + $"'{group.Names[0]}' is {dtype} on {Device}. Bring the whole network to one type and device, with model.to(...).");
            }
        }
    }

    /// <summary>A copy of the gradients; zeros for a parameter that has none.</summary>
    /// <exception cref="InvalidOperationException">None has one.</exception>
    public Tensor Gradient()
    {
        using var scope = NewDisposeScope();
        var any = false;
        List<Tensor> parts = [];

        foreach (var parameter in group.Parameters)
        {
            var gradient = parameter.grad;
            any |= gradient is not null;
            parts.Add(gradient is null ? zeros([parameter.numel()], parameter.dtype, parameter.device)
                : (gradient.is_sparse ? gradient.to_dense() : gradient).reshape(-1));
        }

        return any ? cat(parts).MoveToOuterDisposeScope() : throw new InvalidOperationException(
            "No parameter has a gradient after the closure. Call loss.backward() in it, on a loss of this optimizer's network.");
    }

    /// <summary>A copy of the values.</summary>
    public Tensor Values()
    {
        using var scope = NewDisposeScope();
        return cat([.. group.Parameters.Select(parameter => parameter.reshape(-1))]).MoveToOuterDisposeScope();
    }

    /// <summary>Gives the parameters these values.</summary>
    public void SetValues(Tensor values) => ForEach(values, (parameter, part) => parameter.copy_(part));

    /// <summary>Moves the parameters along a direction.</summary>
    public void Move(Tensor direction, double length) => ForEach(direction, (parameter, part) => parameter.add_(part, alpha: length));

    private void ForEach(Tensor vector, Action<Tensor, Tensor> change)
    {
        using var scope = NewDisposeScope();
        var offset = 0L;

        foreach (var parameter in group.Parameters)
        {
            var count = parameter.numel();
            change(parameter, vector.narrow(0, offset, count).view(parameter.shape));
            offset += count;
        }
    }
}
