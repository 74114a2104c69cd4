using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Tensors <c>[...]</c> are stacked to <c>[batch, ...]</c>.</summary>
internal sealed class TensorColumn(BatchMemory memory, string place) : Column<Tensor, Tensor>
{
    private readonly RowBuffer rows = new(memory, place);

    // Samples on a GPU are stacked there.
    private readonly List<Tensor> elsewhere = [];

    public override void Begin(int capacity)
    {
        Abort();
        rows.Begin(capacity);
    }

    public override void Add(Tensor sample, int row, long index)
    {
        TensorChecks.RequireUsable(sample, place, index);
        var dimensions = (int)sample.dim();
        Span<long> shape = stackalloc long[dimensions];

        for (var i = 0; i < dimensions; i++)
        {
            shape[i] = sample.size(i);
        }

        if (sample.device_type != DeviceType.CPU)
        {
            AddElsewhere(sample, row);
            return;
        }

        var target = rows.Row(row, shape, sample.dtype, index);

        if (sample.is_contiguous() && !sample.is_neg() && !sample.is_conj())
        {
            sample.bytes.CopyTo(target);
        }
        else
        {
            using var view = rows.RowTensor(row);
            view.copy_(sample);
        }
    }

    public override Tensor End(int count, DisposeScope scope)
    {
        if (elsewhere.Count == 0)
        {
            return rows.End(count, scope);
        }

        var batch = stack(elsewhere);
        DisposeElsewhere();
        return batch;
    }

    public override void Abort()
    {
        rows.Abort();
        DisposeElsewhere();
    }

    private void AddElsewhere(Tensor sample, int row)
    {
        var kept = sample.alias().DetachFromDisposeScope();

        if (row < elsewhere.Count)
        {
            elsewhere[row].Dispose();
            elsewhere[row] = kept;
        }
        else
        {
            elsewhere.Add(kept);
        }
    }

    private void DisposeElsewhere()
    {
        elsewhere.ForEach(tensor => tensor.Dispose());
        elsewhere.Clear();
    }
}
