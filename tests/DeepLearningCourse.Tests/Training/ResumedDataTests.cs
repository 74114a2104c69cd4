using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>What happens where a run goes on with other data: refused within an epoch, where the number of a batch is its place, and named between epochs.</summary>
public sealed class ResumedDataTests : NetworkTest
{
    private const string Advice = "Batch 3 would be another batch. Give the data as it was until the epoch is over, or go on from a checkpoint between epochs.";

    private static readonly ResumedLine Same = new();

    // Tensors that workers make are counted for their threads.
    protected override long LiveTensors => 0;

    private static IEnumerable<TestCaseData> OtherData()
    {
        yield return Row("another batch size", Same with { Train = data => ResumedLine.Loader(data, batchSize: 4) }, "its batchSize was 2 and is 4, its batches was 4 and is 2");
        yield return Row("more data", Same with { Samples = 12 }, "its samples was 8 and is 12, its batches was 4 and is 6");
        yield return Row("no shuffle", Same with { Train = data => ResumedLine.Loader(data, shuffle: false) }, "its order was shuffled and is the dataset's");
        yield return Row("dropLast", Same with { Train = data => ResumedLine.Loader(data, dropLast: true) }, "its dropLast was false and is true");
        yield return Row(
            "a sampler", Same with { Train = data => ResumedLine.Loader(data, sampler: new SequentialSampler(8)) }, "its order was shuffled and is SequentialSampler (0, 1, 2, ... c93467)");
        yield return Row(
            "a loader behind LINQ", Same with { Train = data => ResumedLine.Loader(data, batchSize: 4).Select(batch => batch) }, "its batchSize was 2 and is 4, its batches was 4 and is 2");
        yield return Row("another dataset", Same with { Train = data => ResumedLine.Loader(data.Map(sample => sample)) }, "its dataset was InMemoryDataset and is ");

        static TestCaseData Row(string name, ResumedLine second, string differences) => new TestCaseData(second, differences).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(OtherData))]
    public void Other_data_is_refused_within_an_epoch_and_named_between(object second, string differences)
    {
        var within = Same.Then((ResumedLine)second, within: true);
        var between = Same.Then((ResumedLine)second);

        if (differences.EndsWith(' '))
        {
            differences = between.Single().Split(": ", 2)[1].TrimEnd('.');
        }

        Assert.That(within, Is.EqualTo(new[]
        {
            $"The checkpoint FILE is within an epoch, after 2 of its batches, and the training data is other than it was: {differences}. {Advice}",
        }));
        Assert.That(between, Is.EqualTo(new[] { $"The run went on from FILE with other training data: {differences}." }));
    }

    [Test]
    public void A_list_of_another_length_is_refused_within_an_epoch_and_named_between()
    {
        static ResumedLine List(int batches) => Same with { Train = _ => Enumerable.Range(0, batches).Select(_ => (ones(2, 2), ones(2, 1))).ToList() };

        Assert.That(List(4).Then(List(4), within: true), Is.Empty);
        Assert.That(List(4).Then(List(3), within: true), Is.EqualTo(new[]
        {
            $"The checkpoint FILE is within an epoch, after 2 of its batches, and the training data is other than it was: its batches was 4 and is 3. {Advice}",
        }));
        Assert.That(List(4).Then(List(5)), Is.EqualTo(new[] { "The run went on from FILE with other training data: its batches was 4 and is 5." }));
    }

    [Test]
    public void A_list_in_place_of_a_loader_is_told_apart()
    {
        var list = Same with { Train = _ => Enumerable.Range(0, 4).Select(_ => (ones(2, 2), ones(2, 1))).ToList() };

        Assert.That(Same.Then(list, within: true), Is.EqualTo(new[]
        {
            $"The checkpoint FILE is within an epoch, after 2 of its batches, and the training data is other than it was: its kind was a DataLoader and is a list. {Advice}",
        }));
        Assert.That(list.Then(Same), Is.EqualTo(new[] { "The run went on from FILE with other training data: its kind was a list and is a DataLoader." }));
    }

    [Test]
    public void A_list_that_takes_its_batches_from_a_loader_is_a_list_in_each_run([Values] bool within)
    {
        var drawn = Same with { Train = data => Drawn(ResumedLine.Loader(data)) };

        Assert.That(drawn.Then(drawn, within), Is.Empty);
        Assert.That((Same with { Validation = drawn.Train }).Then(Same with { Validation = drawn.Train }, within), Is.Empty);

        static IEnumerable<(Tensor, Tensor)> Drawn(IEnumerable<(Tensor, Tensor)> loader)
        {
            var batches = Forever(loader).GetEnumerator();
            return Enumerable.Range(0, 4).Select(_ => batches.MoveNext() ? batches.Current : default);
        }

        static IEnumerable<(Tensor, Tensor)> Forever(IEnumerable<(Tensor, Tensor)> loader)
        {
            while (true)
            {
                foreach (var batch in loader)
                {
                    yield return batch;
                }
            }
        }
    }

    [Test]
    public void Samplers_whose_epoch_fits_in_no_array_are_told_apart()
    {
        const long Samples = 10_000_000_000;
        static ResumedLine Large(Sampler sampler) => Same with
        {
            Train = data => ResumedLine.Loader(data, batchSize: 10, sampler: sampler),
            Options = options => options with { MaxSteps = 3 },
        };
        var replaced = Large(new RandomSampler(8, replacement: true, numSamples: Samples));
        var repeated = Large(new RandomSampler(8, numSamples: Samples));
        static ResumedLine Weighted(double last) => Large(new WeightedRandomSampler([1, 1, 1, 1, 1, 1, 1, last], Samples));

        Assert.That(replaced.Then(replaced, within: true), Is.Empty);
        Assert.That(repeated.Then(repeated, within: true), Is.Empty);
        Assert.That(Weighted(1).Then(Weighted(1), within: true), Is.Empty);
        Assert.That(Weighted(1).Then(Weighted(1.001), within: true).Single(), Does.Match(
            @"^The checkpoint FILE is within an epoch, after 2 of its batches, and the training data is other than it was: its order was WeightedRandomSampler \(.*\) and is WeightedRandomSampler \(.*\)\. "));
    }

    [Test]
    public void A_refused_checkpoint_leaves_the_loader_where_it_was([Values] bool within)
    {
        using InMemoryDataset data = new(ones(8, 2), ones(8, 1));
        using var other = nn.Linear(3, 1);
        using var loader = ResumedLine.Loader(data);
        var first = Same with { Average = model => WeightAverage.Swa(model) };
        var second = Same with { Train = _ => loader, Average = _ => WeightAverage.Swa(other) };
        loader.Restore(new DataLoaderState(7, 5, 1));

        Assert.That(first.Then(second, within).Single(), Does.StartWith("The checkpoint FILE has the averages of another network. "));
        Assert.That((loader.State, loader.Epoch), Is.EqualTo((new DataLoaderState(7, 5, 1), 5)));
    }

    [Test]
    public void Validation_data_that_comes_or_goes_is_named()
    {
        var validated = Same with { Validation = data => ResumedLine.Loader(data) };

        Assert.That(Same.Then(validated), Is.EqualTo(new[]
        {
            "FILE is of a run without validation data, and this one has some: what watched the training loss watches another one from here on.",
        }));
        Assert.That(validated.Then(Same), Is.EqualTo(new[]
        {
            "FILE is of a run with validation data, and this one has none: what watched it has nothing to watch, or watches the training loss from here on.",
        }));
    }

    [Test]
    public void Processes_that_divide_the_data_go_on_from_one_checkpoint([Values] bool within)
    {
        static ResumedLine Rank(int rank) => Same with { Train = data => ResumedLine.Loader(data, sampler: new DistributedSampler(16, 2, rank)), Samples = 16 };

        Assert.That(Rank(0).Then(Rank(1), within), Is.Empty);
    }

    [Test]
    public void Batches_behind_LINQ_that_are_learnt_by_heart_are_the_same_in_each_epoch_and_when_it_goes_on()
    {
        using InMemoryDataset numbers = new(arange(16, float32).reshape(8, 2), ones(8, 1));
        List<float> seen = [];
        var heart = Same with
        {
            Train = _ => ResumedLine.Loader(numbers).Select(batch =>
            {
                using var first = batch.features[0, 0];
                seen.Add(first.item<float>());
                return batch;
            }),
            Options = options => options with { OverfitBatches = 2, Epochs = 3 * options.Epochs },
        };

        Assert.That(heart.Then(heart), Is.Empty);
        Assert.That(seen.Chunk(2), Has.Exactly(6).EqualTo(seen.Take(2)));
    }

    [Test]
    public void A_sequence_that_ends_before_the_checkpoint_is_refused()
    {
        static IEnumerable<(Tensor, Tensor)> Batches(int count)
        {
            for (var i = 0; i < count; i++)
            {
                yield return (ones(2, 2), ones(2, 1));
            }
        }

        Assert.That(
            (Same with { Train = _ => Batches(4) }).Then(Same with { Train = _ => Batches(1) }, within: true),
            Is.EqualTo(new[] { "The checkpoint FILE was written after 2 batches of an epoch, and the training data has 1. Give it the data as it was." }));
    }

    [Test]
    public void Samplers_of_one_class_are_told_apart()
    {
        static ResumedLine Weighted(double weight) => Same with { Train = data => ResumedLine.Loader(data, sampler: new WeightedRandomSampler([1, 1, 1, 1, 1, 1, 1, weight], 8)) };

        Assert.That(Weighted(1).Then(Weighted(1), within: true), Is.Empty);
        Assert.That(Weighted(1).Then(Weighted(1000)).Single(), Does.Match(@"^The run went on from FILE with other training data: its order was WeightedRandomSampler \(.*\) and is WeightedRandomSampler \(7, 7, 7, .*\)\.$"));
    }

    [Test]
    public void Other_validation_data_is_named([Values] bool within)
    {
        var validated = Same with { Validation = data => ResumedLine.Loader(data, batchSize: 4) };

        Assert.That(validated.Then(validated, within), Is.Empty);
        Assert.That(
            validated.Then(Same with { Validation = data => ResumedLine.Loader(data, batchSize: 8) }, within),
            Is.EqualTo(new[] { "The run went on from FILE with other validation data: its batchSize was 4 and is 8, its batches was 2 and is 1." }));
    }

    [Test]
    public void Another_seed_of_a_loader_is_named_and_one_that_was_drawn_is_not([Values] bool within)
    {
        Assert.That(
            Same.Then(Same with { Train = data => ResumedLine.Loader(data, seed: 2) }, within),
            Is.EqualTo(new[] { "The loader of the training data has the seed 2, and the run goes on with 1, that of FILE, as the order of its epochs depends on it." }));
        Assert.That(Same.Then(Same with { Train = data => ResumedLine.Loader(data, seed: null) }, within), Is.Empty);
    }

    [Test]
    public void The_number_of_workers_needs_no_word([Values] bool within) =>
        Assert.That(Same.Then(Same with { Train = data => ResumedLine.Loader(data, numWorkers: 2) }, within), Is.Empty);
}
