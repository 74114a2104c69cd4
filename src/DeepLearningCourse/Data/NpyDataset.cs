using DeepLearningCourse.Data.Formats;
using DeepLearningCourse.Data.Loading;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Samples that are the rows of two <c>.npy</c> files, however large: they stay on disk, and only the rows of a batch are read.</summary>
/// <remarks>
/// The files are mapped into memory, as numpy.load does with <c>mmap_mode="r"</c>: several workers may read at once, and the
/// system keeps in memory what fits. They must be in C's order, which is numpy's usual one. See <see cref="Npy"/> for the types.
/// </remarks>
/// <example>
/// <code>
/// using var data = new NpyDataset("X.npy", "y.npy");
/// using var loader = new DataLoader&lt;(Tensor features, Tensor target)&gt;(data, batchSize: 64, shuffle: true, numWorkers: 2);
/// </code>
/// </example>
public sealed class NpyDataset : Dataset<(Tensor features, Tensor target)>, IDisposable
{
    private readonly MappedRows X;
    private readonly MappedRows y;
    private volatile bool disposed;

    /// <summary>Opens two files.</summary>
    /// <param name="featuresPath">The features, <c>[samples, ...]</c>.</param>
    /// <param name="targetsPath">The targets, <c>[samples]</c> or <c>[samples, ...]</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">One is no .npy file of numbers in C's order, a damaged one, or they have different numbers of rows.</exception>
    public NpyDataset(string featuresPath, string targetsPath)
    {
        X = new MappedRows(featuresPath);

        try
        {
            y = new MappedRows(targetsPath);

            if (X.Count != y.Count)
            {
                y.Dispose();
                throw new InvalidDataException($"{featuresPath} has {X.Count} rows and {targetsPath} has {y.Count}: each sample needs its target.");
            }
        }
        catch
        {
            X.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override long Count
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return X.Count;
        }
    }

    /// <summary>Reads one row of each file.</summary>
    /// <param name="index">Which sample, from 0 to <see cref="Count"/> - 1.</param>
    /// <returns>New tensors: features <c>[...]</c> and target <c>[...]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    /// <exception cref="ObjectDisposedException">The dataset was disposed.</exception>
    public override (Tensor features, Tensor target) this[long index]
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var features = X.Row(index);

            try
            {
                return (features, y.Row(index));
            }
            catch
            {
                features.Dispose();
                throw;
            }
        }
    }

    /// <summary>Closes the files. No loop over the dataset may be running.</summary>
    public void Dispose()
    {
        disposed = true;
        X.Dispose();
        y.Dispose();
    }

    internal override int Gather(BatchRequest request, out (Tensor features, Tensor target) batch)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        batch = (X.Gather(request), y.Gather(request));
        return request.Indices.Length;
    }
}
