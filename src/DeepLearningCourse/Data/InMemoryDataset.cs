using DeepLearningCourse.Data.Loading;
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
    private readonly RowSource features;
    private readonly RowSource targets;
    private readonly ReaderCount readers;
    private volatile bool disposed;

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
        (features, targets, readers) = (new RowSource(this.X), new RowSource(this.y), new ReaderCount(Free));
    }

    /// <summary>Copies arrays of numbers, of any rank and type, into tensors of the same shape and dtype.</summary>
    /// <param name="X">Features, <c>[samples, ...]</c>: <c>float[,]</c>, <c>byte[,,]</c>, <c>float[][]</c> with rows of one length...</param>
    /// <param name="y">
    /// Targets, <c>[samples]</c> or <c>[samples, ...]</c>. For CrossEntropyLoss give class numbers as <c>long[]</c>, for BCEWithLogitsLoss floats.
    /// </param>
    /// <exception cref="ArgumentException">The arrays do not hold numbers, have different numbers of rows, or rows of different lengths.</exception>
    public InMemoryDataset(Array X, Array y)
        : this(new ArrayPair(X, y))
    {
    }

    private InMemoryDataset(ArrayPair arrays)
    {
        (X, y) = (arrays.X, arrays.y);
        (features, targets, readers) = (new RowSource(X), new RowSource(y), new ReaderCount(Free));
    }

    /// <summary>Copies spans of numbers into tensors.</summary>
    /// <typeparam name="TFeature">The numbers of the features: float, double, Half, byte, sbyte, short, int, long or bool.</typeparam>
    /// <typeparam name="TTarget">The numbers of the targets, likewise.</typeparam>
    /// <param name="X">The features, one sample after the other: samples · features numbers.</param>
    /// <param name="y">The targets, one per sample.</param>
    /// <param name="featureShape">The shape of one sample's features; when left out, <c>[X.Length / y.Length]</c>.</param>
    /// <returns>A dataset of features <c>[samples, ...]</c> and targets <c>[samples]</c>.</returns>
    /// <exception cref="ArgumentException">The numbers do not divide evenly among the samples, or are of no type that a tensor has.</exception>
    public static InMemoryDataset FromSpans<TFeature, TTarget>(ReadOnlySpan<TFeature> X, ReadOnlySpan<TTarget> y, params ReadOnlySpan<long> featureShape)
        where TFeature : unmanaged
        where TTarget : unmanaged
    {
        var perSample = 1L;

        foreach (var extent in featureShape)
        {
            perSample = checked(perSample * extent);
        }

        if (y.Length == 0 || X.Length % y.Length != 0 || (featureShape.Length > 0 && perSample * y.Length != X.Length))
        {
            var asked = featureShape.Length > 0 ? $", each of shape {Shapes.Text(featureShape)}" : "";
            throw new ArgumentException($"X has {X.Length} numbers and y has {y.Length}: the numbers of X must divide evenly among the samples{asked}.");
        }

        using var scope = NewDisposeScope();
        var features = ArrayTensors.FromSpan(X, featureShape.Length > 0 ? [y.Length, .. featureShape] : [y.Length, X.Length / y.Length]);
        return new InMemoryDataset(features, ArrayTensors.FromSpan(y, [y.Length]));
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
            using var reader = readers.Begin(this);

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
        readers.End();
    }

    internal override int Gather(BatchRequest request, out (Tensor features, Tensor target) batch)
    {
        using var reader = readers.Begin(this);
        batch = (features.Gather(request), targets.Gather(request));
        return request.Indices.Length;
    }

    private void Free()
    {
        X.Dispose();
        y.Dispose();
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
    private readonly struct ArrayPair
    {
        public ArrayPair(Array X, Array y)
        {
            ArgumentNullException.ThrowIfNull(X);
            ArgumentNullException.ThrowIfNull(y);

            if (X.GetLength(0) != y.GetLength(0))
            {
                throw new ArgumentException(
                    $"X has {X.GetLength(0)} rows and y has {y.GetLength(0)}: each sample needs its target. The first dimension of both counts samples.");
            }

            using var scope = NewDisposeScope();
            (this.X, this.y) = (ArrayTensors.FromArray(X, nameof(X)), ArrayTensors.FromArray(y, nameof(y)));
            scope.Detach(this.X, this.y);
        }

        public Tensor X { get; }

        public Tensor y { get; }
    }
}
