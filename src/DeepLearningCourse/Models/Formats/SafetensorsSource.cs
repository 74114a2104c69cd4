using DeepLearningCourse.Data;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>A safetensors file, read straight into the memory of the tensors.</summary>
internal sealed class SafetensorsSource : SafetensorsWeights
{
    // What stands between the file and a tensor of another type or on another device.
    private const long StagedElements = 1 << 22;

    private readonly string path;
    private readonly SafeFileHandle file;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is no safetensors file, or a damaged one.</exception>
    public SafetensorsSource(string path)
        : base(path) => (this.path, file) = (path, File.OpenHandle(path));

    protected override Tensor Read(SafetensorsEntry place)
    {
        var tensor = empty(place.Shape, dtype: place.Type);

        try
        {
            Fill(tensor, place, place.Position);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    protected override void CopyTo(SafetensorsEntry place, Tensor target)
    {
        using var plain = target.detach();

        if (!plain.is_contiguous())
        {
            base.CopyTo(place, target);
        }
        else if (plain.dtype == place.Type && plain.device_type == TorchSharp.DeviceType.CPU)
        {
            Fill(plain, place, place.Position);
        }
        else
        {
            CopyStaged(place, plain);
        }
    }

    public override void Dispose() => file.Dispose();

    private void CopyStaged(SafetensorsEntry place, Tensor target)
    {
        using var flat = target.view(-1);

        for (long start = 0; start < flat.numel(); start += StagedElements)
        {
            using var part = flat.narrow(0, start, Math.Min(StagedElements, flat.numel() - start));
            using var staged = empty(part.numel(), dtype: place.Type);
            Fill(staged, place, place.Position + (start * ElementType.Size(place.Type)));
            part.copy_(staged);
        }
    }

    private void Fill(Tensor tensor, SafetensorsEntry place, long position)
    {
        foreach (var part in SafetensorsFormat.Parts(tensor))
        {
            for (var bytes = part.bytes; !bytes.IsEmpty;)
            {
                var count = RandomAccess.Read(file, bytes, position);
                bytes = count > 0 ? bytes[count..] : throw new WeightFileException(path, $"'{place.Key}' ends early: the file became shorter while it was read.");
                position += count;
            }
        }
    }
}
