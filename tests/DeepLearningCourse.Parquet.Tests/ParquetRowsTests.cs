using System.Diagnostics;
using DeepLearningCourse.Data;

namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetRowsTests
{
    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("parquet-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Each_row_group_is_a_shard()
    {
        var rows = new ParquetRows(Reference.Types("snappy"), target: "f32", features: ["i32"], roundWholeNumbers: true);

        Assert.That((rows.ShardCount, rows.RowCount), Is.EqualTo((3, 100L)));
        Assert.That(Enumerable.Range(0, 3).Select(shard => rows.Read(new Shard(shard, 3, 0, 0)).Count()), Is.EqualTo(new[] { 40, 40, 20 }));
    }

    [Test]
    public void All_shards_together_give_each_row_once_in_every_epoch()
    {
        var rows = new ParquetRows(Reference.PathOf("parts"), target: "y", features: ["x"]);

        for (var epoch = 0; epoch < 3; epoch++)
        {
            var read = rows.ReadAll(epoch);
            Assert.That(read.Select(row => row.features.Single()), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (float)i)));
            Assert.That(read.Select(row => row.target), Is.EqualTo(Enumerable.Range(0, 100).Select(i => 10f * i)));
        }
    }

    [Test]
    public void A_folder_is_read_in_the_order_of_names_and_without_what_is_not_a_part()
    {
        foreach (var (from, to) in new[] { (0, "b.parquet"), (1, "a.parquet"), (1, "_old.parquet"), (1, ".hidden.parquet"), (1, "notes.txt") })
        {
            File.Copy(Reference.PathOf($"parts/part-{from}.parquet"), Path.Combine(folder, to));
        }

        var rows = new ParquetRows(folder, target: "y", features: ["x"]);

        Assert.That((rows.RowCount, rows.ShardCount), Is.EqualTo((100L, 4)));
        Assert.That(rows.ReadAll().Select(row => row.features[0]), Is.EqualTo(Enumerable.Range(50, 50).Concat(Enumerable.Range(0, 50)).Select(i => (float)i)));
    }

    [Test]
    public void Files_can_be_listed()
    {
        var rows = new ParquetRows([Reference.PathOf("parts/part-1.parquet"), Reference.PathOf("parts/part-0.parquet")], target: "y");
        var classes = new ParquetClassRows([Reference.PathOf("parts/part-1.parquet")], target: "y");

        Assert.That(rows.FeatureNames, Is.EqualTo(new[] { "x" }));
        Assert.That(rows.ReadAll()[0].features, Is.EqualTo(new[] { 50f }));
        Assert.That(classes.ReadAll()[0].target, Is.EqualTo(500));
    }

    [Test]
    public void Two_shards_are_read_at_the_same_time()
    {
        var rows = new ParquetRows(Reference.Types("zstd"), target: "class", features: ["f64", "i64", "maybe"], MissingValue.Constant(0), roundWholeNumbers: true);
        var expected = Enumerable.Range(0, 3).Select(shard => rows.Read(new Shard(shard, 3, 0, 0)).ToList()).ToList();

        _ = Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var shard = i % 3;
            using var read = rows.Read(new Shard(shard, 3, 0, i)).GetEnumerator();
            using var other = rows.Read(new Shard((shard + 1) % 3, 3, 0, i)).GetEnumerator();

            foreach (var row in expected[shard])
            {
                _ = other.MoveNext();
                Assert.That(read.MoveNext(), Is.True);
                Assert.That(read.Current.features, Is.EqualTo(row.features));
                Assert.That(read.Current.target, Is.EqualTo(row.target));
            }
        });
    }

    [Test]
    public void Leaving_the_loop_early_leaves_no_file_open()
    {
        var path = Path.Combine(folder, "x.parquet");
        File.Copy(Reference.Types("gzip"), path);
        var rows = new ParquetRows(path, target: "class", features: ["f32"]);

        foreach (var (features, _) in rows.Read(new Shard(1, 3, 0, 0)))
        {
            Assert.That(features, Is.EqualTo(new[] { (40 * 0.25f) - 3 }));
            break;
        }

        Assert.That(OpenFiles(), Has.None.EqualTo(path));
        File.Move(path, path + ".moved");
        File.Delete(path + ".moved");
    }

    [Test]
    public void A_failure_leaves_no_file_open()
    {
        var path = Path.Combine(folder, "x.parquet");
        var bytes = File.ReadAllBytes(Reference.Types("none"));
        File.WriteAllBytes(path, bytes[..^9]);

        Assert.That(() => new ParquetRows(path, "class"),
            Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("x.parquet, its footer: the file does not begin and end with PAR1, as Parquet files do. The file is damaged, or was not written to its end. Fetch or write it again."));
        File.Copy(Reference.Types("pages2"), path, overwrite: true);
        Assert.That(() => new ParquetRows(path, "class", ["flag"]).ReadAll(),
            Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("x.parquet, row group 0, column 'flag': its booleans are run-length encoded, which cannot be read. Write the file with data pages of version 1.0, or the column as int8."));
        Assert.That(OpenFiles(), Has.None.EqualTo(path));
        File.Delete(path);
    }

    [Test]
    public void A_context_that_runs_nothing_is_no_deadlock() => Finishes(() =>
    {
        SynchronizationContext.SetSynchronizationContext(new StoppedContext());
        Assert.That(new ParquetRows(Reference.Types("gzip"), "class", ["f64"]).ReadAll(), Has.Count.EqualTo(100));
        Assert.That(SynchronizationContext.Current, Is.TypeOf<StoppedContext>());
    });

    [Test]
    public void A_scheduler_of_one_thread_is_no_deadlock() => Finishes(() =>
    {
        var one = new TaskFactory(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        Assert.That(one.StartNew(() => new ParquetRows(Reference.Types("gzip"), "class", ["f64"]).ReadAll()).Result, Has.Count.EqualTo(100));
    });

    [Test]
    public void A_file_that_changed_after_it_was_opened_is_refused()
    {
        var path = Path.Combine(folder, "x.parquet");
        File.Copy(Reference.PathOf("parts/part-0.parquet"), path);
        var rows = new ParquetRows(path, target: "y");
        File.Copy(Reference.PathOf("awkward.parquet"), path, overwrite: true);

        Assert.That(() => rows.Read(new Shard(0, 2, 0, 0)).Count(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path} was changed after it was opened: its row group 0 had 20 rows. Open it again."));
        Assert.That(() => rows.Read(new Shard(1, 2, 0, 0)).Count(),
            Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("x.parquet was changed after it was opened: its row group 1 had 30 rows. Open it again."));
    }

    [TestCase(3, 3)]
    [TestCase(-1, 3)]
    [TestCase(0, 4)]
    public void A_shard_of_another_number_is_refused(int index, int count) =>
        Assert.That(() => new ParquetRows(Reference.Types("none"), "class", ["f32"]).Read(new Shard(index, count, 0, 0)), Throws.ArgumentException.With.Message.EqualTo(
            $"There is no shard {index} of {count}: the files have 3 row groups, and each is one shard."));

    private static void Finishes(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }) { IsBackground = true };
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromMinutes(1)), Is.True, "it waits for a thread that waits for it");
        Assert.That(failure, Is.Null);
    }

    // Only Linux shows them; elsewhere the file could not be moved while it is open.
    private static List<string> OpenFiles() =>
        OperatingSystem.IsLinux()
            ? [.. Directory.EnumerateFileSystemEntries($"/proc/{Environment.ProcessId}/fd").Select(link => new FileInfo(link).LinkTarget ?? "")]
            : [];

    private sealed class StoppedContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => Debug.WriteLine("never run");
    }
}
