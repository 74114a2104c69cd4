namespace DeepLearningCourse.Runtime;

/// <summary>Writes a file aside and renames it, so that its name always leads to a whole file, old or new.</summary>
internal static class AtomicFile
{
    // A zip of many small tensors is written in pieces of some bytes, of which each would be a journey to a disk in the network.
    private const int BufferSize = 1 << 17;

    public static void Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        var aside = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = new(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, target, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }
}
