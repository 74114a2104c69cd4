using System.IO.Compression;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Models.Pickle;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

/// <summary>The files that PyTorch wrote, what is in them, and archives around pickles that it would not write.</summary>
internal static class TorchFiles
{
    public static JsonElement Expected { get; } = JsonDocument.Parse(File.ReadAllText(Reference.PathOf("torch", "expected.json"))).RootElement;

    public static string PathOf(string name) => Reference.PathOf("torch", name + ".pt");

    public static IEnumerable<string> Readable() => Expected.EnumerateObject().Select(file => file.Name);

    /// <summary>The real numbers of a tensor of any type, a complex one's in pairs.</summary>
    public static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.is_complex() ? tensor.to(complex128).contiguous().view_as_real() : tensor;
        return plain.to(float64).reshape(-1).data<double>().ToArray();
    }

    public static double[] Numbers(JsonElement values) =>
        [.. values.EnumerateArray().SelectMany(v => v.ValueKind == JsonValueKind.Array ? v.EnumerateArray().Select(part => part.GetDouble()) : [v.GetDouble()])];

    public static Dictionary<string, Tensor> Read(string name, string? root = null) => TorchFile.Read(PathOf(name), root);

    /// <summary>An archive around a pickle, with a record '0' of 8 bytes.</summary>
    public static byte[] Archive(byte[] pickle)
    {
        using MemoryStream stream = new();

        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle);
            Add(zip, "archive/data/0", new byte[8]);
            Add(zip, "archive/version", "3\n"u8.ToArray());
        }

        return stream.ToArray();
    }

    /// <summary>The archive with another pickle, and all the checksums right again.</summary>
    public static byte[] WithPickle(byte[] archive, byte[] pickle)
    {
        using MemoryStream stream = new();
        using (ZipArchive from = new(new MemoryStream(archive), ZipArchiveMode.Read))
        using (ZipArchive to = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries)
            {
                Add(to, entry.FullName, entry.Name == "data.pkl" ? pickle : Content(entry));
            }
        }

        return stream.ToArray();
    }

    public static byte[] PickleOf(byte[] archive)
    {
        using ZipArchive zip = new(new MemoryStream(archive), ZipArchiveMode.Read);
        return Content(zip.Entries.Single(entry => entry.Name == "data.pkl"));
    }

    /// <summary>A pickle of text, where each character is a byte.</summary>
    public static byte[] Pickle(string instructions) => Encoding.Latin1.GetBytes("\u0080\u0002" + instructions);

    /// <summary>The instructions for a float tensor over the record '0'.</summary>
    public static string Tensor(string offset, string shape, string strides, string count = "K\u0002", string key = "0") =>
        $"ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nU\u0001{key}U\u0003cpu{count}tQ{offset}{shape}{strides}\u0089}}tR";

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(content);
    }
}
