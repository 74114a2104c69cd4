using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class CollateTests : TensorTest
{
    [Test]
    public void Arrays_and_numbers_become_tensors_of_their_own_dtype()
    {
        var data = new DelegateDataset<(float[] x, byte[,] picture, double weight, bool flag, Half half)>(
            3, i => ([i, i + 0.5f], new byte[,] { { (byte)i, 1 }, { 2, 3 } }, i / 4.0, i == 1, (Half)i));
        using var loader = new DataLoader<(Tensor x, Tensor picture, Tensor weight, Tensor flag, Tensor half)>(data, batchSize: 3);
        var batch = loader.ToList().Single();

        Assert.That(batch.x.data<float>().ToArray(), Is.EqualTo(new[] { 0, 0.5f, 1, 1.5f, 2, 2.5f }));
        Assert.That(batch.picture.shape, Is.EqualTo(new long[] { 3, 2, 2 }));
        Assert.That(batch.picture.data<byte>().ToArray(), Is.EqualTo(new byte[] { 0, 1, 2, 3, 1, 1, 2, 3, 2, 1, 2, 3 }));
        Assert.That(batch.weight.data<double>().ToArray(), Is.EqualTo(new[] { 0, 0.25, 0.5 }));
        Assert.That(batch.flag.data<bool>().ToArray(), Is.EqualTo(new[] { false, true, false }));
        Assert.That((batch.half.dtype, batch.half.shape), Is.EqualTo((float16, new long[] { 3 })));
    }

    [Test]
    public void A_whole_number_is_int64_as_class_numbers_must_be_and_an_array_of_them_stays_int32()
    {
        var data = new DelegateDataset<(int label, int[] tokens, short small)>(2, i => ((int)i, [(int)i, 7], (short)i));
        using var loader = new DataLoader<(Tensor label, Tensor tokens, Tensor small)>(data, batchSize: 2);
        var (label, tokens, small) = loader.ToList().Single();

        Assert.That((label.dtype, tokens.dtype, small.dtype), Is.EqualTo((int64, int32, int16)));
        Assert.That(label.data<long>().ToArray(), Is.EqualTo(new long[] { 0, 1 }));
        Assert.That(tokens.data<int>().ToArray(), Is.EqualTo(new[] { 0, 7, 1, 7 }));
    }

    [Test]
    public void Text_and_dates_are_kept_in_an_array_or_a_list()
    {
        var data = new DelegateDataset<(string name, DateOnly day, float y)>(2, i => ($"n{i}", new DateOnly(2024, 1, 1 + (int)i), i));
        using var loader = new DataLoader<(string[] names, IReadOnlyList<DateOnly> days, Tensor y)>(data, batchSize: 2);
        var (names, days, _) = loader.ToList().Single();

        Assert.That(names, Is.EqualTo(new[] { "n0", "n1" }));
        Assert.That(days, Is.EqualTo(new[] { new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2) }));
    }

    [Test]
    public void A_record_becomes_another_by_the_names_of_its_members()
    {
        var data = new DelegateDataset<House>(2, i => new House($"street {i}", [i, 10 + i], i * 100));
        using var loader = new DataLoader<Houses>(data, batchSize: 2);
        var batch = loader.ToList().Single();

        Assert.That(batch.Price.data<float>().ToArray(), Is.EqualTo(new[] { 0f, 100 }));
        Assert.That(batch.Rooms.data<float>().ToArray(), Is.EqualTo(new[] { 0f, 10, 1, 11 }));
        Assert.That(batch.Address, Is.EqualTo(new[] { "street 0", "street 1" }));
    }

    [Test]
    public void A_record_becomes_a_tuple_by_position()
    {
        var data = new DelegateDataset<House>(2, i => new House("", [i], i));
        using var loader = new DataLoader<(string[], Tensor, Tensor)>(data, batchSize: 2);

        Assert.That(loader.ToList().Single().Item3.data<float>().ToArray(), Is.EqualTo(new[] { 0f, 1 }));
    }

    [Test]
    public void Dictionaries_are_put_together_key_by_key()
    {
        var data = new DelegateDataset<Dictionary<string, float>>(2, i => new() { ["a"] = i, ["b"] = -i });
        using var loader = new DataLoader<IReadOnlyDictionary<string, Tensor>>(data, batchSize: 2);
        var batch = loader.ToList().Single();

        Assert.That(batch["a"].data<float>().ToArray(), Is.EqualTo(new[] { 0f, 1 }));
        Assert.That(batch["b"].data<float>().ToArray(), Is.EqualTo(new[] { 0f, -1 }));
    }

    [Test]
    public void A_dictionary_with_other_keys_is_named()
    {
        var data = new DelegateDataset<Dictionary<string, Tensor>>(2, i => new() { [i == 0 ? "a" : "b"] = tensor(i) });
        using var loader = new DataLoader<Dictionary<string, Tensor>>(data, batchSize: 2);

        Assert.That(() => loader.ToList(), Throws.TypeOf<DataLoaderException>().With.Message.EqualTo(
            "Sample 1 has the keys 'b' and sample 0, the first of its batch, has 'a': a batch puts dictionaries with the same keys together."));
    }

    [Test]
    public void Lists_are_put_together_position_by_position()
    {
        var data = new DelegateDataset<Tensor[]>(3, i => [tensor(i), zeros(2) + i]);
        using var loader = new DataLoader<Tensor[]>(data, batchSize: 3);
        var batch = loader.ToList().Single();

        Assert.That(batch, Has.Length.EqualTo(2));
        Assert.That(batch[0].data<long>().ToArray(), Is.EqualTo(new long[] { 0, 1, 2 }));
        Assert.That(batch[1].shape, Is.EqualTo(new long[] { 3, 2 }));
    }

    [Test]
    public void Lists_of_another_length_are_named()
    {
        var data = new DelegateDataset<Tensor[]>(2, i => i == 0 ? [tensor(i)] : [tensor(i), tensor(i)]);
        using var loader = new DataLoader<Tensor[]>(data, batchSize: 2);

        Assert.That(() => loader.ToList(), Throws.TypeOf<DataLoaderException>().With.Message.EqualTo(
            "Sample 1 has 2 items and sample 0, the first of its batch, has 1: a batch puts lists of one length together. " +
            "Make them as long in the dataset, or give the loader a collate function."));
    }

    [Test]
    public void Tensors_of_different_shapes_can_be_kept_in_a_list([Values(0, 2)] int numWorkers)
    {
        var data = new DelegateDataset<(Tensor points, int label)>(4, i => (ones(1 + (int)i, 3), (int)i));
        using var loader = new DataLoader<(Tensor[] points, Tensor label)>(data, batchSize: 2, numWorkers: numWorkers);
        var rows = new List<long>();

        foreach (var (points, label) in loader)
        {
            rows.AddRange(points.Select(p => p.shape[0]));
            Assert.That(label.shape[0], Is.EqualTo(points.Length));
        }

        Assert.That(rows, Is.EqualTo(new long[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void Sequences_are_padded_and_their_lengths_kept([Values] bool asTensors)
    {
        using var loader = asTensors
            ? new DataLoader<(PaddedSequences tokens, Tensor label)>(new DelegateDataset<(Tensor, long)>(3, i => (ones(1 + i, int32), i)), batchSize: 3)
            : new DataLoader<(PaddedSequences tokens, Tensor label)>(
                new DelegateDataset<(int[], long)>(3, i => (Enumerable.Repeat(1, 1 + (int)i).ToArray(), i)), batchSize: 3);
        var (tokens, _) = loader.ToList().Single();

        Assert.That(tokens.Values.dtype, Is.EqualTo(int32));
        Assert.That(tokens.Values.data<int>().ToArray(), Is.EqualTo(new[] { 1, 0, 0, 1, 1, 0, 1, 1, 1 }));
        Assert.That(tokens.Lengths.data<long>().ToArray(), Is.EqualTo(new long[] { 1, 2, 3 }));
        Assert.That(tokens.Mask().data<bool>().ToArray(), Is.EqualTo(new[] { true, false, false, true, true, false, true, true, true }));
    }

    [Test]
    public void Padding_by_hand_takes_any_value_and_keeps_the_other_dimensions()
    {
        var padded = PaddedSequences.Pad([ones(2, 3), zeros(1, 3)], paddingValue: -5);

        Assert.That(padded.Values.shape, Is.EqualTo(new long[] { 2, 2, 3 }));
        Assert.That(padded.Values[1, 1].data<float>().ToArray(), Is.EqualTo(new[] { -5f, -5, -5 }));
        Assert.That(() => PaddedSequences.Pad([ones(2, 3), zeros(1, 4)]), Throws.ArgumentException.With.Message.EqualTo(
            "Sequence 1 is [1, 4] of Float32 and the first is [2, 3] of Float32: each must be [length, ...], and only the length may differ."));
        Assert.That(() => PaddedSequences.Pad([]),
            Throws.ArgumentException.With.Message.EqualTo("There is no sequence to pad. (Parameter 'sequences')"));
    }

    [Test]
    public void Sequences_that_differ_in_more_than_length_are_named()
    {
        using var loader = new DataLoader<PaddedSequences>(new DelegateDataset<Tensor>(2, i => ones(2, 3 + i)), batchSize: 2);

        Assert.That(() => loader.ToList(), Throws.TypeOf<DataLoaderException>().With.Message.EqualTo(
            "Sample 1 is [2, 4] of Float32 and the first of its batch is [2, 3] of Float32: to be padded, each must be [length, ...], " +
            "and only the length may differ."));
    }

    [Test]
    public void A_collate_function_makes_any_batch_and_its_tensors_are_freed([Values(0, 2)] int numWorkers)
    {
        var data = new DelegateDataset<(string text, float y)>(4, i => ($"t{i}", i));
        using var loader = new DataLoader<Documents>(
            data, batchSize: 2, numWorkers: numWorkers,
            collate: (IReadOnlyList<(string text, float y)> samples) =>
                new Documents(samples.Select(s => s.text).ToList(), tensor(samples.Select(s => s.y).ToArray()) * 2));
        var seen = new List<string>();
        Tensor? last = null;

        foreach (var batch in loader)
        {
            seen.Add($"{string.Join('+', batch.Texts)}={batch.Sum.sum().item<float>()}");
            last = batch.Sum;
        }

        Assert.That(seen, Is.EqualTo(new[] { "t0+t1=2", "t2+t3=10" }));
        Assert.That(last!.IsInvalid, Is.True);
    }

    [Test]
    public void A_collate_function_may_return_a_tensor_that_is_the_datasets()
    {
        var stored = new[] { tensor(1f), tensor(2f) };
        using var loader = new DataLoader<Tensor>(
            new DelegateDataset<Tensor>(2, i => stored[i]), collate: (IReadOnlyList<Tensor> samples) => samples[0]);

        Assert.That(loader.Select(batch => batch.item<float>()).ToList(), Is.EqualTo(new[] { 1f, 2 }));
        Assert.That(stored.Select(t => t.IsInvalid), Is.All.False);
    }

    [Test]
    public void A_collate_function_that_fails_names_the_batch_and_keeps_the_cause([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(
            new DelegateDataset<Tensor>(4, i => tensor(i)), batchSize: 2, numWorkers: numWorkers,
            collate: (IReadOnlyList<Tensor> samples) => samples[0].item<long>() == 2 ? throw new FormatException("odd") : stack(samples));

        var exception = Assert.Throws<DataLoaderException>(() => loader.Count(_ => true));

        Assert.That(exception.Message, Is.EqualTo(
            "The collate function failed on the batch that begins with sample 2. FormatException: odd. InnerException has the line that failed."));
        Assert.That(exception.InnerException, Is.TypeOf<FormatException>());
    }

    [Test]
    public void A_collate_function_for_other_samples_is_refused_at_once() =>
        Assert.That(
            () => new DataLoader<Tensor>(new DelegateDataset<float>(1, i => i), collate: (IReadOnlyList<Tensor> samples) => samples[0]),
            Throws.ArgumentException.With.Message.EqualTo(
                "collate is a function of type Func<IReadOnlyList<Tensor>, Tensor>, and the loader needs one that takes the samples and returns the " +
                "batch: (IReadOnlyList<Single> samples) => a Tensor."));

    [Test]
    public void Types_that_do_not_fit_are_refused_at_once_with_their_place() =>
        Assert.That(
            () => new DataLoader<(Tensor, (Tensor, Tensor))>(new DelegateDataset<(float, (float, string))>(1, i => (1, (2, "")))),
            Throws.ArgumentException.With.Message.EqualTo(
                "Samples of type String at Item2.Item2 cannot be put together to Tensor. Tensors, numbers and arrays of numbers are stacked to a Tensor, " +
                "tuples and records member by member, and anything else is kept in an array, String[]. Name the batch's type accordingly in " +
                "DataLoader<...>, or give the loader a collate function."));

    [Test]
    public void Views_that_are_not_contiguous_are_copied_in_their_order()
    {
        var source = arange(12).reshape(3, 4).t();
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(2, i => source.narrow(0, 2 * i, 2)), batchSize: 2);

        Assert.That(loader.ToList().Single().data<long>().ToArray(), Is.EqualTo(new long[] { 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11 }));
    }

    [Test]
    public void Samples_without_any_number_stack([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(3, i => zeros(0, 4)), batchSize: 2, numWorkers: numWorkers);

        Assert.That(loader.Select(batch => batch.shape[0]).ToList(), Is.EqualTo(new long[] { 2, 1 }));
    }

    [Test]
    public void Without_a_batch_size_samples_are_handed_out_as_they_are([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(3, i => ones(4) * i), batchSize: null, numWorkers: numWorkers);

        Assert.That(loader.Select(batch => (batch.shape[0], batch[0].item<float>())).ToList(), Is.EqualTo(new[] { (4L, 0f), (4L, 1f), (4L, 2f) }));
        Assert.That(() => new DataLoader<Tensor>(new DelegateDataset<float>(1, i => i), batchSize: null), Throws.ArgumentException.With.Message.EqualTo(
            "Without a batchSize each sample is handed out as it is, and the samples are Single: make it a DataLoader<Single>, or give it a collate function."));
    }

    private sealed record House(string Address, float[] Rooms, float Price);

    private sealed record Houses(Tensor Price, Tensor Rooms, IReadOnlyList<string> Address);

    private sealed class Documents(List<string> texts, Tensor sum)
    {
        public List<string> Texts => texts;

        public Tensor Sum { get; } = sum;
    }
}
