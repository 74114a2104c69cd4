using System.Text.Json;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Writes the zip file of torch.save: the pickle first, then a record for each storage.</summary>
internal static unsafe class TorchWriter
{
    private const int PartLength = 1 << 24;
    private const string Folder = "archive/";

    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var storages = Share(tensors);
        var pickle = StateDictPickle.Write(tensors, storages);

        AtomicFile.Write(path, stream =>
        {
            StoredZip zip = new(stream);
            zip.Add(Folder + "data.pkl", pickle);
            zip.Add(Folder + "byteorder", "little"u8.ToArray());

            foreach (var (key, storage) in storages.GroupBy(pair => pair.Value).Select(group => (group.Key, tensors[group.First().Key])))
            {
                AddNumbers(zip, $"{Folder}data/{key}", storage);
            }

            zip.Add(Folder + "version", "3\n"u8.ToArray());
            zip.Add(Folder + TorchFile.MetadataName, JsonSerializer.SerializeToUtf8Bytes(metadata));
            zip.Finish();
        });
    }

    /// <summary>The number of each tensor's storage. Tied weights have one in common, so that they are still tied in Python.</summary>
    private static Dictionary<string, int> Share(IReadOnlyDictionary<string, Tensor> tensors)
    {
        Dictionary<Memory, int> numbers = [];
        Dictionary<string, int> storages = [];

        foreach (var (key, tensor) in tensors)
        {
            var memory = MemoryOf(key, tensor);
            _ = numbers.TryAdd(memory, numbers.Count);
            storages.Add(key, numbers[memory]);
        }

        return storages;
    }

    /// <summary>Equal for tensors over the same memory. A view that has to be copied to be written stands for itself.</summary>
    private static Memory MemoryOf(string key, Tensor tensor)
    {
        var length = tensor.numel() * tensor.element_size();
        return length > 0 && tensor.is_contiguous() && !tensor.is_conj() && !tensor.is_neg()
            ? new Memory(tensor.device.ToString(), tensor.dtype, tensor.DataPointer(), length)
            : new Memory(key, tensor.dtype, 0, 0);
    }

    private static void AddNumbers(StoredZip zip, string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous();
        var length = plain.numel() * plain.element_size();
        zip.Add(name, length, stream =>
        {
            var source = length > 0 ? (byte*)plain.DataPointer() : null;

            for (long at = 0; at < length; at += PartLength)
            {
                stream.Write(new ReadOnlySpan<byte>(source + at, (int)Math.Min(PartLength, length - at)));
            }
        });
        GC.KeepAlive(plain);
    }

    private sealed record Memory(string Place, ScalarType Dtype, nint Start, long Length);
}
