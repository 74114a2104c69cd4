using System.Diagnostics;
using System.Globalization;

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
    /// <returns>How many were refused in a sentence, and how many read.</returns>
    public static (int Refused, int Read) Read(int count, byte[][] whole, string extension, Action<string> read, Func<Exception, bool> isExpected, long allocationFactor = 64)
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
        return (refused, count - refused);
    }

    /// <summary>Flips single bits of a file that has sums: each must be noticed, or be one that changes nothing of what is read.</summary>
    /// <param name="whole">The whole file.</param>
    /// <param name="extension">What the damaged ones end in.</param>
    /// <param name="read">Reads one, and says all that is in it.</param>
    /// <param name="isExpected">Whether an exception is one that a user can understand.</param>
    /// <param name="step">1 for each bit of each byte; more for every so many bits.</param>
    /// <returns>How many were refused in a sentence, and how many read as what was written.</returns>
    public static (int Refused, int Read) Flip(byte[] whole, string extension, Func<string, string> read, Func<Exception, bool> isExpected, int step)
    {
        using var folder = new TemporaryFolder();
        var path = folder["damaged" + extension];
        File.WriteAllBytes(path, whole);
        var written = read(path);
        var (refused, same) = (0, 0);

        for (var bit = 0; bit < whole.Length * 8; bit += step)
        {
            var bytes = (byte[])whole.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, bytes);

            try
            {
                Assert.That(read(path), Is.EqualTo(written), $"bit {bit % 8} of byte {bit / 8} of {whole.Length} changed what was read, in silence");
                same++;
            }
            catch (Exception exception) when (isExpected(exception))
            {
                refused++;
                Assert.That(exception.Message, Does.Contain("damaged"), $"bit {bit % 8} of byte {bit / 8}: the sentence does not name the file");
            }
        }

        Assert.That(refused, Is.Positive);
        return (refused, same);
    }

    /// <summary>The counts of several attacks.</summary>
    public static (int Refused, int Read) Sum(IEnumerable<(int Refused, int Read)> counts) =>
        counts.Aggregate((Refused: 0, Read: 0), (sum, next) => (sum.Refused + next.Refused, sum.Read + next.Read));

    /// <summary>The counts as the table of attacks has them.</summary>
    public static string Outcome((int Refused, int Read) counts, string read = "read") =>
        string.Create(CultureInfo.InvariantCulture, $"{counts.Refused:N0} refused in a sentence, {counts.Read:N0} {read}; none crashed, hung or left a tensor");

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
