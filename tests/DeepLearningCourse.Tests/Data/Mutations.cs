using System.Diagnostics;

namespace DeepLearningCourse.Tests.Data;

/// <summary>Damages whole files in every way that comes to mind, and watches what a reader makes of them.</summary>
internal static class Mutations
{
    private static readonly byte[][] Interesting =
    [
        [0, 0, 0, 0], [255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 0, 128], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [255, 255],
        [128], [255, 255, 255, 255, 255, 255, 255, 127], "99999999999999999999"u8.ToArray(), "-1"u8.ToArray(), "1e308"u8.ToArray(), "nan"u8.ToArray(),
    ];

    /// <summary>Reads files that are damaged at random; each must give a value or one of the exceptions expected.</summary>
    /// <param name="count">How many files.</param>
    /// <param name="whole">Whole files.</param>
    /// <param name="extension">What the damaged ones end in.</param>
    /// <param name="read">Reads one, and disposes what it got.</param>
    /// <param name="isExpected">Whether an exception is one that a user can understand.</param>
    /// <param name="allocationFactor">How many bytes may be allocated, in .NET, for each of the file, beyond a megabyte.</param>
    public static void Read(int count, byte[][] whole, string extension, Action<string> read, Func<Exception, bool> isExpected, long allocationFactor = 64)
    {
        using var folder = new TemporaryFolder();
        var path = folder["damaged" + extension];
        var refused = 0;

        for (var seed = 0; seed < count; seed++)
        {
            var bytes = Damage(whole, new Random(seed));
            File.WriteAllBytes(path, bytes);
            var started = Stopwatch.GetTimestamp();
            var before = GC.GetAllocatedBytesForCurrentThread();

            try
            {
                read(path);
            }
            catch (Exception exception) when (isExpected(exception))
            {
                refused++;
                Assert.That(exception.Message, Does.Contain("damaged"), $"seed {seed}: the sentence does not name the file");
            }
            catch (Exception exception)
            {
                File.Copy(path, Path.Combine(Path.GetTempPath(), $"damaged-{seed}{extension}"), overwrite: true);
                throw new AssertionException($"seed {seed}: {exception}", exception);
            }

            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((1L << 20) + (allocationFactor * bytes.Length)), $"allocated for seed {seed}");
            Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.LessThan(20), $"seed {seed} hangs");
        }

        TestContext.Out.WriteLine($"{refused} of {count} damaged files were refused, the others read.");
        Assert.That(refused, Is.InRange(count / 20, count));
    }

    private static byte[] Damage(byte[][] whole, Random random)
    {
        var bytes = whole[random.Next(whole.Length)].ToList();

        for (var times = random.Next(1, 5); times > 0 && bytes.Count > 0; times--)
        {
            // The beginning of a file says most about it.
            var at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Count, 160)) : random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 9), bytes.Count - at);

            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 5:
                    Overwrite(bytes, at, Interesting[random.Next(Interesting.Length)]);
                    break;
                default:
                    bytes.InsertRange(at, Interesting[random.Next(Interesting.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (var i = 0; i < with.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = with[i];
        }
    }
}
