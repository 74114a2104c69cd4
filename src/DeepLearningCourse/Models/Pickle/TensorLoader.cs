using DeepLearningCourse.Data;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Makes tensors of their descriptions: contiguous, on the CPU, each with memory of its own.</summary>
/// <remarks>
/// A file of a few bytes can describe tensors of any size: one number expanded, one storage behind many names. All storages that are
/// read and all tensors that are made of them may therefore have no more than 16 times the file's bytes and 16 MiB each.
/// </remarks>
internal sealed class TensorLoader(TorchArchive archive, long fileLength)
{
    private const int MaxRatio = 16;
    private const long Allowance = 1 << 24;

    // A tensor weighs something even when it is empty.
    private const long TensorCost = 512;

    // Summed up while it is still in the processor's cache.
    private const int PartLength = 1 << 19;

    private readonly Budget toRead = new(fileLength);
    private readonly Budget toMake = new(fileLength);

    /// <summary>The tensors by name, in the current DisposeScope.</summary>
    public Dictionary<string, Tensor> Load(Dictionary<string, TensorReference> references)
    {
        foreach (var (key, reference) in references)
        {
            Check(key, reference);
        }

        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> loaded = [];

        // One record after the other, so that no more than one storage is in memory besides the tensors.
        foreach (var storage in references.GroupBy(pair => (pair.Value.Storage.Key, pair.Value.Dtype)))
        {
            LoadShared([.. storage], loaded);
        }

        // In the order of the file.
        return references.Keys.ToDictionary(key => key, key => loaded[key].MoveToOuterDisposeScope());
    }

    private void LoadShared(KeyValuePair<string, TensorReference>[] sharing, Dictionary<string, Tensor> loaded)
    {
        using var scope = NewDisposeScope();
        var dtype = sharing[0].Value.Dtype;
        var needed = sharing.Max(pair => End(pair.Value));
        var numbers = ReadNumbers(sharing[0].Value.Storage, dtype, needed);

        foreach (var (key, reference) in sharing)
        {
            var view = numbers.as_strided(reference.Shape, reference.Strides, reference.Offset);
            var isAlone = sharing.Length == 1 && view.numel() == needed;
            loaded.Add(key, (view.is_contiguous() ? isAlone ? view : view.clone() : view.contiguous()).MoveToOuterDisposeScope());
        }
    }

    private unsafe Tensor ReadNumbers(StorageReference storage, ScalarType dtype, long count)
    {
        var length = count * ElementType.Size(dtype);
        toRead.Take(length, $"the record '{PickleRefusals.Short(storage.Key)}'");
        var numbers = empty(count, dtype: dtype);

        if (length > 0)
        {
            var target = (byte*)numbers.DataPointer();
            archive.ReadStorage(storage, stream =>
            {
                for (long at = 0; at < length; at += PartLength)
                {
                    stream.ReadExactly(new Span<byte>(target + at, (int)Math.Min(PartLength, length - at)));
                }
            });
        }

        return numbers;
    }

    /// <summary>Before anything is allocated.</summary>
    private void Check(string key, TensorReference tensor)
    {
        var name = PickleRefusals.Short(key);
        var size = ElementType.Size(tensor.Dtype);
        var stored = archive.LengthOf(tensor.Storage);

        try
        {
            var bytes = checked(tensor.Storage.Count * ElementType.Size(tensor.Storage.Dtype));
            var rows = tensor.Shape.Aggregate(1L, (product, d) => d < 0 ? throw new OverflowException() : checked(product * Math.Max(d, 1)));

            if (bytes > stored || tensor.Offset < 0 || tensor.Strides.Length != tensor.Shape.Length || tensor.Strides.Any(stride => stride < 0)
                || checked(End(tensor) * size) > bytes)
            {
                throw new PickleException($"'{name}' of shape {Shapes.Text(tensor.Shape)} does not lie inside its storage. Was the file cut short?");
            }

            toMake.Take(checked((tensor.Shape.Contains(0) ? 0 : rows * size) + TensorCost), $"'{name}' of shape {Shapes.Text(tensor.Shape)}");
        }
        catch (OverflowException exception)
        {
            throw new PickleException($"'{name}' has sizes that no tensor has. The file is damaged.", exception);
        }
    }

    /// <summary>The number of the storage that follows the tensor's last.</summary>
    private static long End(TensorReference tensor) => tensor.Shape.Contains(0)
        ? 0
        : tensor.Shape.Zip(tensor.Strides).Aggregate(checked(tensor.Offset + 1), (end, d) => checked(end + ((d.First - 1) * d.Second)));

    private sealed class Budget(long fileLength)
    {
        private long left = (fileLength * MaxRatio) + Allowance;

        public void Take(long bytes, string what)
        {
            if (bytes > left)
            {
                throw new PickleException($"with {what}, its tensors are longer than the {(fileLength * MaxRatio) + Allowance} bytes "
                    + $"that are allowed for a file of {fileLength}. Save expanded tensors with tensor.clone().");
            }

            left -= bytes;
        }
    }
}
