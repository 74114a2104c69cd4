using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>The dataset whose features and targets are tensors already in memory.</summary>
/// <remarks>
/// <para>Follows <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset">torch.utils.data.TensorDataset</see>;
/// TorchSharp.Modules has a type of that name already, hence this one. A <see cref="DataLoader{TBatch}"/> gathers its batches
/// whole, with <c>index_select</c>, instead of sample by sample.</para>
/// <para>It keeps references of its own to the tensors' data (no copy, no gradient history): the caller may dispose the tensors
/// given to it at once, a DisposeScope does not reach it, and <see cref="Dispose"/> frees only its own references.</para>
/// </remarks>
public sealed class InMemoryDataset : Dataset<(Tensor features, Tensor target)>, IDisposable
{
    private readonly Tensor X;
    private readonly Tensor y;
    private bool disposed;

    /// <summary>Wraps two tensors that have a row for each sample.</summary>
    /// <param name="X">Features, <c>[samples, ...]</c>, any dtype.</param>
    /// <param name="y">Targets, <c>[samples]</c> or <c>[samples, ...]</c>, any dtype.</param>
    /// <exception cref="ArgumentException">A tensor has no dimensions, or X and y have different numbers of rows.</exception>
    public InMemoryDataset(Tensor X, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(X);
        ArgumentNullException.ThrowIfNull(y);
        RequireRows(X, nameof(X));
        RequireRows(y, nameof(y));

        if (X.shape[0] != y.shape[0])
        {
            throw new ArgumentException(
                $"X has {X.shape[0]} rows and y has {y.shape[0]}: each sample needs its target. The shapes are X {Shapes.Text(X)} and " +
                $"y {Shapes.Text(y)}; the first dimension of both counts samples.");
        }

        this.X = X.detach().DetachFromDisposeScope();
        this.y = y.detach().DetachFromDisposeScope();
    }

    /// <summary>Copies arrays into tensors, for regression or for classification with two classes.</summary>
    /// <param name="X">Features, <c>[samples, features]</c>; becomes float32.</param>
    /// <param name="y">Targets, <c>[samples]</c>; becomes float32.</param>
    /// <exception cref="ArgumentException">X and y have different numbers of rows.</exception>
    public InMemoryDataset(float[,] X, float[] y)
        : this(new ArrayTensors(X, y?.Length ?? throw new ArgumentNullException(nameof(y)), () => tensor(y)))
    {
    }

    /// <summary>Copies arrays into tensors, for classification: targets are class numbers, as CrossEntropyLoss takes them.</summary>
    /// <param name="X">Features, <c>[samples, features]</c>; becomes float32.</param>
    /// <param name="y">Class numbers, <c>[samples]</c>; becomes int64.</param>
    /// <exception cref="ArgumentException">X and y have different numbers of rows.</exception>
    public InMemoryDataset(float[,] X, long[] y)
        : this(new ArrayTensors(X, y?.Length ?? throw new ArgumentNullException(nameof(y)), () => tensor(y)))
    {
    }

    private InMemoryDataset(ArrayTensors arrays)
    {
        X = arrays.X;
        y = arrays.y;
    }

    /// <inheritdoc/>
    public override long Count
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return X.shape[0];
        }
    }

    /// <summary>One row of X and of y, as views of the dataset's own data.</summary>
    /// <param name="index">Which sample, from 0 to <see cref="Count"/> - 1.</param>
    /// <returns>Features <c>[...]</c> and target <c>[...]</c>: the shapes of X and y without their first dimension.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    /// <exception cref="ObjectDisposedException">The dataset was disposed.</exception>
    public override (Tensor features, Tensor target) this[long index]
    {
        get
        {
            if (index < 0 || index >= Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(index), $"There is no sample {index}: the dataset has {Count}, numbered from 0 to {Count - 1}.");
            }

            return (X[index], y[index]);
        }
    }

    /// <summary>Frees the dataset's references to the data.</summary>
    public void Dispose()
    {
        disposed = true;
        X.Dispose();
        y.Dispose();
    }

    internal override bool TryGather(ReadOnlySpan<long> indices, out (Tensor features, Tensor target) batch)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        batch = (X.TakeRows(indices), y.TakeRows(indices));
        return true;
    }

    private static void RequireRows(Tensor tensor, string name)
    {
        if (tensor.dim() == 0)
        {
            throw new ArgumentException(
                $"{name} is a single number, of shape []: its first dimension must count samples. Give it the shape [samples] or [samples, ...].");
        }
    }

    /// <summary>Tensors made from arrays, once the arrays are known to fit together.</summary>
    private readonly struct ArrayTensors
    {
        public ArrayTensors(float[,] X, int targets, Func<Tensor> makeTarget)
        {
            ArgumentNullException.ThrowIfNull(X);

            if (X.GetLength(0) != targets)
            {
                throw new ArgumentException(
                    $"X has {X.GetLength(0)} rows and y has {targets}: each sample needs its target. The shapes are X " +
                    $"[{X.GetLength(0)}, {X.GetLength(1)}] and y [{targets}]; the first dimension of both counts samples.");
            }

            this.X = tensor(X).DetachFromDisposeScope();
            y = makeTarget().DetachFromDisposeScope();
        }

        public Tensor X { get; }

        public Tensor y { get; }
    }
}
