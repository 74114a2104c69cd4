namespace DeepLearningCourse.Models.Pickle;

/// <summary>Says what a file is that PyTorch has not written since 1.6.</summary>
internal static class ForeignFormat
{
    private const int TarMarkAt = 257;
    private const string SaveAgain = "Load it in Python and save it again: torch.save(torch.load(path), path).";

    // Protocol 2, then the number 0x1950a86a20f9469cfc6c.
    private static readonly byte[] OldMagic = [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Whether a stream begins with PyTorch's old mark.</summary>
    public static bool IsOld(Stream stream)
    {
        var start = new byte[OldMagic.Length];
        stream.Position = 0;
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(OldMagic);
    }

    public static string Problem(Stream stream)
    {
        var start = new byte[TarMarkAt + 5];
        stream.Position = 0;
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);

        return start switch
        {
            _ when start.AsSpan().StartsWith(OldMagic) => $"it is in the format of PyTorch before 1.6, which newer versions write only when asked to. {SaveAgain}",
            _ when start.AsSpan(TarMarkAt).SequenceEqual("ustar"u8) => $"it is a tar file, as the first versions of PyTorch wrote it. {SaveAgain}",
            _ when length > 0 && start[0] == 0x80 => "it is a pickle without the tensors' numbers, so torch.save did not write it. Save it in Python with torch.save(model.state_dict(), path).",
            _ => $"it has {stream.Length} bytes that do not begin as a file of torch.save does. Was it cut short, or is it another format?",
        };
    }
}
