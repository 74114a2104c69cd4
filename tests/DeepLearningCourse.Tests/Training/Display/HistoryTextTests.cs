using System.Globalization;
using System.Text.Json;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.Tests.Training.Display;

public sealed class HistoryTextTests
{
    [Test]
    public void A_history_is_a_table_of_the_columns_that_say_something()
    {
        Assert.That(Runs.History().ToString(), Is.EqualTo(
            """
            epoch  train loss  validation loss  accuracy  f1 <weighted>, "all"  train kl  gradient norm      lr    time
            ───────────────────────────────────────────────────────────────────────────────────────────────────────────
                1      0.6931           0.5000    0.8750                0.1000    0.2500         2.5000   0.001  1.50 s
                2   1.235e-04           0.5000    0.8750                   NaN    0.2500         2.5000  0.0005  3.00 s
            """));
    }

    [Test]
    public void Without_validation_and_with_one_learning_rate_the_table_is_narrow()
    {
        TrainingHistory history = new();
        history.Add(Runs.Plain(1, 2));
        history.Add(Runs.Plain(2, 1));

        Assert.That(history.ToString(), Is.EqualTo(
            """
            epoch  train loss    time
            ─────────────────────────
                1      2.0000  1.00 s
                2      1.0000  1.00 s
            """));
        Assert.That(new TrainingHistory().ToString(), Is.EqualTo("epoch  train loss  time\n───────────────────────"));
    }

    [Test]
    public void A_metric_named_accuracy_takes_the_place_of_the_matrix_s()
    {
        TrainingHistory history = new();
        var validation = Runs.Validation(0) with { Metrics = new Dictionary<string, double> { ["Accuracy"] = 0.25 } };
        history.Add(Runs.Plain(1, 1) with { Validation = validation });

        Assert.That(history.ToString().Split('\n')[0], Is.EqualTo("epoch  train loss  validation loss  Accuracy    time"));
        Assert.That(history.ToCsv().Split('\n')[0], Does.StartWith("epoch,train_loss,validation_loss,accuracy,Accuracy,"));
    }

    [Test]
    public void Csv_has_all_figures_and_quotes_names()
    {
        Assert.That(Runs.History().ToCsv(), Is.EqualTo(
            "epoch,train_loss,validation_loss,accuracy,\"f1 <weighted>, \"\"all\"\"\",train_kl,gradient_norm,lr_1,lr_2,steps,samples,seconds,"
            + "data_seconds,forward_seconds,backward_seconds,update_seconds,other_seconds\n"
            + "1,0.6931,0.5,0.875,0.1,0.25,2.5,0.001,0.1,10,1000,1.5,0.01,0.02,0.03,0.03,0.01\n"
            + "2,0.00012345,0.5,0.875,NaN,0.25,2.5,0.0005,0.1,10,1000,3,0.01,0.02,0.03,0.03,0.01\n"));
    }

    [Test]
    [SetCulture("de-DE")]
    public void Numbers_have_a_point_in_every_culture_and_read_back_bit_for_bit()
    {
        const double loss = 0.1 + 0.2;
        TrainingHistory history = new();
        history.Add(Runs.Plain(1, loss));

        var cell = history.ToCsv().Split('\n')[1].Split(',')[1];
        using var json = JsonDocument.Parse(history.ToJson());

        Assert.That(double.Parse(cell, CultureInfo.InvariantCulture), Is.EqualTo(loss));
        Assert.That(json.RootElement.GetProperty("epochs")[0].GetProperty("train_loss").GetDouble(), Is.EqualTo(loss));
        Assert.That(history.ToString(), Does.Contain("0.3000").And.Contain("1.00 s"));
    }

    [Test]
    public void Json_has_the_whole_history_and_texts_for_NaN()
    {
        var history = Runs.History();
        history.StopReason = StopReason.EarlyStopped;
        history.AddWarning("A \"sentence\" <of> ñ.");
        history.Add(new ValidationResult(20, 2, Runs.Validation(double.PositiveInfinity)));
        using var json = JsonDocument.Parse(history.ToJson());
        var root = json.RootElement;
        var epoch = root.GetProperty("epochs")[1];

        Assert.Multiple(() =>
        {
            Assert.That(root.GetProperty("stop_reason").GetString(), Is.EqualTo("EarlyStopped"));
            Assert.That(root.GetProperty("steps").GetInt64(), Is.EqualTo(20));
            Assert.That(root.GetProperty("resumed_from").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(root.GetProperty("warnings")[0].GetString(), Is.EqualTo("A \"sentence\" <of> ñ."));
            Assert.That(epoch.GetProperty("validation").GetProperty("metrics").GetProperty("f1 <weighted>, \"all\"").GetString(), Is.EqualTo("NaN"));
            Assert.That(epoch.GetProperty("validation").GetProperty("confusion_matrix").ToString().Where(char.IsDigit), Is.EqualTo("3104"));
            Assert.That(epoch.GetProperty("values").GetProperty("kl").GetDouble(), Is.EqualTo(0.25));
            Assert.That(epoch.GetProperty("learning_rates")[1].GetDouble(), Is.EqualTo(0.1));
            Assert.That(epoch.GetProperty("step_seconds").GetProperty("backward").GetDouble(), Is.EqualTo(0.03));
            Assert.That(
                root.GetProperty("validations")[0].GetProperty("evaluation").GetProperty("metrics").EnumerateObject().Single().Value.GetString(), Is.EqualTo("Infinity"));
        });
    }

    [Test]
    public void Files_have_the_texts_and_replace_older_ones()
    {
        var folder = Directory.CreateTempSubdirectory();

        try
        {
            var (csv, json) = (Path.Combine(folder.FullName, "history.csv"), Path.Combine(folder.FullName, "history.json"));
            File.WriteAllText(csv, new string('x', 100_000));
            var history = Runs.History();

            history.SaveCsv(csv);
            history.SaveJson(json);

            Assert.That(File.ReadAllText(csv), Is.EqualTo(history.ToCsv()));
            Assert.That(File.ReadAllText(json), Is.EqualTo(history.ToJson()));
            Assert.That(folder.GetFiles(), Has.Length.EqualTo(2));
            Assert.That(File.ReadAllBytes(csv)[0], Is.EqualTo((byte)'e'), "no byte order mark, which pandas would take for a part of the name");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Html_encodes_names_and_is_well_formed()
    {
        var history = Runs.History();
        string[] texts = [history.ToHtml(), history.Epochs[0].ToHtml(), $"<div>{history.Epochs[0].Validation!.ToHtml()}</div>", $"<div>{history.Profile().ToHtml()}</div>"];

        foreach (var text in texts)
        {
            var html = System.Xml.Linq.XElement.Parse(text);
            Assert.That(html.DescendantsAndSelf("table").First().Descendants("td"), Is.Not.Empty);
        }

        Assert.That(texts[0], Does.Contain("f1 &lt;weighted&gt;, &quot;all&quot;").And.Contain(">1.235e-04<").And.Contain(">NaN<"));
        Assert.That(System.Xml.Linq.XElement.Parse(texts[0]).Descendants("tr").Count(), Is.EqualTo(3));
    }

    [Test]
    public void A_confusion_matrix_of_html_has_a_row_per_true_class_and_shades_shares()
    {
        var html = Runs.Validation(0).ConfusionMatrix!.ToHtml();
        var cells = System.Xml.Linq.XElement.Parse(html).Descendants("td").ToList();

        Assert.That(cells.Select(cell => cell.Value), Is.EqualTo(new[] { "0", "3", "1", "1", "0", "4" }));
        Assert.That(
            cells.Select(cell => cell.Attribute("style")!.Value).Where(style => style.Contains("background", StringComparison.Ordinal)).Select(style => style.Split(',')[^1]),
            Is.EqualTo(new[] { "0.38)", "0.13)", "0)", "0.5)" }));
    }
}
