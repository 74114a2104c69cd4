using System.Text;
using System.Text.Json;
using DeepLearningCourse.Tests;
using DeepLearningCourse.Tests.Data;
using Tensorboard;
using static TorchSharp.torch;

namespace DeepLearningCourse.TensorBoard.Tests;

public sealed class EventWriterTests : TensorTest
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_check_sum_of_these_tests_is_the_one_of_the_standard() =>
        Assert.That(EventRecords.Crc32C(Encoding.ASCII.GetBytes("123456789")), Is.EqualTo(0xE3069283));

    [Test]
    public void Scalars_come_back_with_tag_step_value_and_time()
    {
        using (EventWriter writer = new(folder["run"], clock: new FixedClock(1_700_000_000)))
        {
            writer.AddScalar("loss/train", 0.5, 1);
            writer.AddScalar("loss/train", double.NaN, 5_000_000_000);
        }

        var events = EventRecords.OfFolder(folder["run"]);
        Assert.That(events[0].FileVersion, Is.EqualTo("brain.Event:2"));
        Assert.That(events.Scalars("loss/train"), Is.EqualTo(new[] { (1L, 0.5f), (5_000_000_000, float.NaN) }));
        Assert.That(events.Select(one => one.WallTime), Is.All.EqualTo(1_700_000_000.5));
    }

    [Test]
    public void What_was_flushed_can_be_read_while_the_file_is_open()
    {
        using EventWriter writer = new(folder["run"]);
        writer.AddScalar("loss", 1, 1);
        writer.Flush();

        Assert.That(EventRecords.OfFile(writer.FilePath).Scalars("loss").Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_closed_file_is_free_and_takes_no_more()
    {
        EventWriter writer = new(folder["run"]);
        writer.Dispose();
        writer.Dispose();

        using (new FileStream(writer.FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.That(() => writer.AddScalar("loss", 1, 1),
                Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("EventWriter"));
            Assert.That(writer.Flush, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("EventWriter"));
        }
    }

    [Test]
    public void A_later_file_sorts_after_the_earlier_ones_even_if_the_clock_was_set_back()
    {
        List<string> paths = [];

        foreach (var second in new[] { 1_700_000_000, 1_600_000_000, 1_600_000_000, 1_700_000_001 })
        {
            using EventWriter writer = new(folder["run"], clock: new FixedClock(second));
            paths.Add(writer.FilePath);
        }

        Assert.That(paths.Order(StringComparer.Ordinal), Is.EqualTo(paths));
        Assert.That(paths, Is.Unique);
    }

    [Test]
    public void A_run_that_goes_on_says_from_where()
    {
        new EventWriter(folder["run"], purgeStep: 7).Dispose();

        var start = EventRecords.OfFolder(folder["run"]).Single(one => one.SessionLog is not null);
        Assert.That((start.Step, start.SessionLog.Status), Is.EqualTo((7, SessionLog.Types.SessionStatus.Start)));
    }

    [Test]
    public void A_wrong_step_to_go_on_from_makes_no_file()
    {
        Assert.That(() => new EventWriter(folder["run"], purgeStep: -1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("purgeStep ('-1') must be a non-negative value. (Parameter 'purgeStep')"));
        Assert.That(Directory.Exists(folder["run"]), Is.False);
    }

    [Test]
    public void Histograms_are_those_of_PyTorch()
    {
        using var reference = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("tests/DeepLearningCourse.TensorBoard.Tests/Reference/histograms.json")));

        foreach (var (name, expected) in reference.RootElement.EnumerateObject().Select(entry => (entry.Name, entry.Value)))
        {
            var values = tensor(Numbers(expected, "values"));
            var histogram = Single(writer => writer.AddHistogram(name, values, 3), name).Histo;

            Assert.That(histogram.BucketLimit, Is.EqualTo(Numbers(expected, "limits")), name);
            Assert.That(histogram.Bucket, Is.EqualTo(Numbers(expected, "counts")), name);
            Assert.That((histogram.Min, histogram.Max, histogram.Num), Is.EqualTo((Number(expected, "min"), Number(expected, "max"), Number(expected, "num"))), name);
            Assert.That(histogram.Sum, Is.EqualTo(Number(expected, "sum")).Within(1e-10).Percent, name);
            Assert.That(histogram.SumSquares, Is.EqualTo(Number(expected, "sum_squares")).Within(1e-10).Percent, name);
        }
    }

    [Test]
    public void A_histogram_leaves_out_what_is_not_finite_and_takes_every_kind_of_tensor()
    {
        var half = tensor(new[] { 1f, float.NaN, 2f, float.PositiveInfinity }).to(ScalarType.BFloat16).reshape(2, 2);
        var sparse = tensor(new[,] { { 0f, 3f }, { 0f, 0f } }).to_sparse();
        var learnt = ones(3, requires_grad: true);

        Assert.That(Single(writer => writer.AddHistogram("h", half, 0), "h").Histo.Num, Is.EqualTo(2));
        Assert.That(Single(writer => writer.AddHistogram("h", sparse, 0), "h").Histo.Max, Is.EqualTo(3));
        Assert.That(Single(writer => writer.AddHistogram("h", learnt, 0), "h").Histo.Bucket.Sum(), Is.EqualTo(3));
        Assert.That(Single(writer => writer.AddHistogram("h", full(2, 1e30), 0), "h").Histo.Bucket[^1], Is.EqualTo(2), "beyond the last limit");

        using EventWriter empty = new(folder["empty"]);
        empty.AddHistogram("h", full(2, float.NaN), 0);
        empty.AddHistogram("h", zeros(0), 0);
        empty.Flush();
        Assert.That(EventRecords.OfFile(empty.FilePath).Tags(), Is.Empty);
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4)]
    public void An_image_is_a_PNG_of_its_pixels(int channels)
    {
        var image = arange(channels * 6).reshape(channels, 2, 3).to(ScalarType.Byte);
        var picture = Single(writer => writer.AddImage("picture", image, 2), "picture").Image;

        Assert.That((picture.Width, picture.Height, picture.Colorspace), Is.EqualTo((3, 2, channels)));
        Assert.That(PngPixels.Of(picture.EncodedImageString.ToByteArray()), Is.EqualTo(image.permute(1, 2, 0).contiguous().data<byte>().ToArray()));
    }

    [Test]
    public void Floats_from_0_to_1_are_an_image_as_well()
    {
        var image = tensor(new[,] { { 0f, 0.5f, 1f }, { -3f, 7f, float.NaN } });
        var picture = Single(writer => writer.AddImage("picture", image, 2), "picture").Image;

        Assert.That(PngPixels.Of(picture.EncodedImageString.ToByteArray()), Is.EqualTo(new byte[] { 0, 127, 255, 0, 255, 0 }));
    }

    [Test]
    public void What_is_no_image_is_refused_in_a_sentence()
    {
        using EventWriter writer = new(folder["run"]);

        Assert.That(() => writer.AddImage("picture", zeros(8, 3, 4, 4), 1), Throws.ArgumentException.With.Message.Contains("[8, 3, 4, 4]").And.Message.Contains("images[0]"));
        Assert.That(() => writer.AddImage("picture", zeros(2, 4, 4), 1), Throws.ArgumentException.With.Message.Contains("1, 3 or 4 channels"));
        Assert.That(() => writer.AddImage("picture", zeros(0, 4), 1),
            Throws.ArgumentException.With.Message.EqualTo("The image has the shape [0, 4], and needs [height, width] or [channels, height, width] with 1, 3 or 4 channels. Of a batch take one image, such as images[0]. (Parameter 'image')"));
        Assert.That(() => writer.AddImage("picture", zeros(4, 4).to(ScalarType.Int64), 1), Throws.ArgumentException.With.Message.Contains("Int64"));
        Assert.That(() => writer.AddScalar("", 1, 1),
            Throws.ArgumentException.With.Message.EqualTo("The value cannot be an empty string. (Parameter 'tag')"));
        Assert.That(() => writer.AddHyperParameters(new Dictionary<string, object> { ["layers"] = new[] { 1 } }, []), Throws.ArgumentException.With.Message.Contains("'layers'"));
    }

    [Test]
    public void Text_is_for_the_plugin_of_texts()
    {
        var value = Single(writer => writer.AddText("network", "añ **b**", 0), "network/text_summary");

        Assert.That(value.Metadata.PluginData.PluginName, Is.EqualTo("text"));
        Assert.That((value.Tensor.Dtype, value.Tensor.StringVal.Single().ToStringUtf8()), Is.EqualTo((DataType.DtString, "añ **b**")));
    }

    [Test]
    public void Hyper_parameters_are_for_their_plugin()
    {
        Dictionary<string, object> values = new() { ["lr"] = 1e-3, ["optimizer"] = "Adam", ["nesterov"] = true, ["layers"] = 3 };

        using (EventWriter writer = new(folder["run"], clock: new FixedClock(100)))
        {
            writer.AddHyperParameters(values, ["loss/validation"]);
            writer.EndSession(succeeded: true);
        }

        var events = EventRecords.OfFolder(folder["run"]);
        var infos = Content(events, "experiment").Message(2);
        Assert.That(infos.Messages(4).Select(info => (info.Text(1), info.Number(4))), Is.EqualTo(new[] { ("lr", 3L), ("optimizer", 1L), ("nesterov", 2L), ("layers", 3L) }));
        Assert.That(infos.Message(5).Message(1).Text(2), Is.EqualTo("loss/validation"));

        var session = Content(events, "session_start_info").Message(3);
        var entries = session.Messages(1).ToDictionary(entry => entry.Text(1), entry => entry.Message(2));
        Assert.That((entries["lr"].Double(2), entries["optimizer"].Text(3), entries["nesterov"].Number(4), entries["layers"].Double(2)), Is.EqualTo((1e-3, "Adam", 1L, 3.0)));
        Assert.That(session.Double(5), Is.EqualTo(100.5));

        var end = Content(events, "session_end_info").Message(4);
        Assert.That((end.Number(1), end.Double(2)), Is.EqualTo((1L, 100.5)));
    }

    private static ProtoFields Content(List<Event> events, string tag)
    {
        var plugin = events.Values("_hparams_/" + tag).Single().Value.Metadata.PluginData;
        Assert.That(plugin.PluginName, Is.EqualTo("hparams"));
        return new ProtoFields(plugin.Content.ToByteArray());
    }

    private Summary.Types.Value Single(Action<EventWriter> write, string tag)
    {
        using EventWriter writer = new(folder[Guid.NewGuid().ToString("N")]);
        write(writer);
        writer.Flush();
        return EventRecords.OfFile(writer.FilePath).Values(tag).Single().Value;
    }

    private static double[] Numbers(JsonElement entry, string name) => [.. entry.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static double Number(JsonElement entry, string name) => entry.GetProperty(name).GetDouble();
}
