using System.Text.Json;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Writes the zip file of torch.save: the pickle first, then a record for each storage.</summary>
internal static unsafe class TorchWriter
{
    private const int PartLength = 1 << 24;
    private const string Folder = "archive/";

    /// <summary>Writes tensors by name.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        SharedStorages storages = new();
        Write(path, PickleWriter.Write(tensors, storages.NumberOf), storages, metadata);
    }

    /// <summary>Writes a dict of plain values with tensors in it.</summary>
    public static void Write(string path, PickleDict dict, IReadOnlyDictionary<string, string> metadata)
    {
        SharedStorages storages = new();
        Write(path, PickleWriter.Write(dict, storages.NumberOf), storages, metadata);
    }

    private static void Write(string path, byte[] pickle, SharedStorages storages, IReadOnlyDictionary<string, string> metadata) =>
        AtomicFile.Write(path, stream =>
        {
            StoredZip zip = new(stream);
            zip.Add(Folder + "data.pkl", pickle);
            zip.Add(Folder + "byteorder", "little"u8.ToArray());

            for (var number = 0; number < storages.Tensors.Count; number++)
            {
                AddNumbers(zip, $"{Folder}data/{number}", storages.Tensors[number]);
            }

            zip.Add(Folder + "version", "3\n"u8.ToArray());
            zip.Add(Folder + TorchFile.MetadataName, JsonSerializer.SerializeToUtf8Bytes(metadata));
            zip.Finish();
        });

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
}
