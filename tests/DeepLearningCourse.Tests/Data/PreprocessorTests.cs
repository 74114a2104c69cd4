using System.Text;
using System.Text.Json;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using FsCheck;
using FsCheck.Fluent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class PreprocessorTests : NetworkTest
{
    private static readonly JsonElement Recorded = Reference.Preprocessing;

    [TestCase("standard")]
    [TestCase("minmax")]
    [TestCase("minmax_range")]
    [TestCase("minmax_clip")]
    public void Scalers_give_scikit_learns_numbers(string name)
    {
        var (train, test, expected) = (Table("train"), Table("test"), Recorded.GetProperty(name));
        var (fitted, transformed, inverse) = name == "standard"
            ? Run(new StandardScaler().Fit(train), s => (s.Transform(train), s.Transform(test), s.InverseTransform(test)))
            : Run(
                (name == "minmax" ? new MinMaxScaler() : new MinMaxScaler(-2, 3, clip: name == "minmax_clip")).Fit(train),
                s => (s.Transform(train), s.Transform(test), s.InverseTransform(test)));

        Assert.That(Values(fitted), Is.EqualTo(Flat(expected.GetProperty("train"))).Within(1e-12));
        Assert.That(Values(transformed), Is.EqualTo(Flat(expected.GetProperty("test"))).Within(1e-12));
        Assert.That(Values(inverse), Is.EqualTo(Flat(expected.GetProperty("inverse"))).Within(1e-12));

        static (Tensor, Tensor, Tensor) Run<T>(T scaler, Func<T, (Tensor, Tensor, Tensor)> run) => run(scaler);
    }

    [Test]
    public void Encoders_give_scikit_learns_numbers()
    {
        var texts = Texts();
        var text = new OneHotEncoder().Fit(texts);
        var numbers = new OneHotEncoder().Fit(Table("numbers"));
        var labels = Recorded.GetProperty("labels").Deserialize<string[]>()!;
        var label = new LabelEncoder();

        Assert.That(Values(text.Transform(texts)), Is.EqualTo(Flat(Recorded.GetProperty("onehot_text"))));
        Assert.That(text.Categories, Is.EqualTo(Recorded.GetProperty("onehot_text_categories").Deserialize<string[][]>()));
        Assert.That(text.InverseTransform(text.Transform(texts)), Is.EqualTo(texts));
        Assert.That(Values(numbers.Transform(Table("numbers"))), Is.EqualTo(Flat(Recorded.GetProperty("onehot_numbers"))));
        Assert.That(numbers.Categories[0], Is.EqualTo(new[] { "-1", "9", "10" }), "in the order of the numbers");
        Assert.That(label.FitTransform(labels).data<long>().ToArray(), Is.EqualTo(Recorded.GetProperty("label").Deserialize<long[]>()));
        Assert.That(label.Classes, Is.EqualTo(Recorded.GetProperty("label_classes").Deserialize<string[]>()));
        Assert.That(label.InverseTransform(label.Transform(labels)), Is.EqualTo(labels));
    }

    [Test]
    public void Nothing_is_transformed_before_it_is_fitted()
    {
        Assert.That(() => new MinMaxScaler().Transform(zeros(1, 1)), Throws.InvalidOperationException.With.Message.EqualTo(
            "The MinMaxScaler has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new MinMaxScaler().Minimum,
            Throws.InvalidOperationException.With.Message.EqualTo("The MinMaxScaler has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new MinMaxScaler().InverseTransform(zeros(1, 1)),
            Throws.InvalidOperationException.With.Message.EqualTo("The MinMaxScaler has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new OneHotEncoder().Transform(zeros(1, 1)),
            Throws.InvalidOperationException.With.Message.EqualTo("The OneHotEncoder has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new OneHotEncoder().InverseTransform(zeros(1, 1)),
            Throws.InvalidOperationException.With.Message.EqualTo("The OneHotEncoder has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new OneHotEncoder().Categories,
            Throws.InvalidOperationException.With.Message.EqualTo("The OneHotEncoder has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new LabelEncoder().Transform(["a"]),
            Throws.InvalidOperationException.With.Message.EqualTo("The LabelEncoder has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new LabelEncoder().InverseTransform(zeros(1)),
            Throws.InvalidOperationException.With.Message.EqualTo("The LabelEncoder has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new LabelEncoder().Classes,
            Throws.InvalidOperationException.With.Message.EqualTo("The LabelEncoder has not seen any data yet. Call Fit with the training data first."));
        Assert.That(() => new StandardScaler().ToJson(),
            Throws.InvalidOperationException.With.Message.EqualTo("The StandardScaler has not seen any data yet. Call Fit with the training data first."));
        Assert.That(new LabelEncoder().IsFitted, Is.False);
    }

    [Test]
    public void What_was_not_seen_is_named_or_becomes_zeros()
    {
        var strict = new OneHotEncoder().Fit(new[,] { { "a" }, { "b" } });
        var lenient = new OneHotEncoder(UnknownCategory.Zeros).Fit(new[,] { { "a" }, { "b" } });
        var labels = new LabelEncoder().Fit(["no", "yes"]);

        Assert.That(() => strict.Transform(new[,] { { "a" }, { "c" } }), Throws.ArgumentException.With.Message.EqualTo(
            "X holds 'c' at row 1, column 0 (counted from 0), which Fit did not see. It saw 'a', 'b'."));
        Assert.That(Values(lenient.Transform(new[,] { { "c" } })), Is.EqualTo(new double[] { 0, 0 }));
        Assert.That(lenient.InverseTransform(zeros(1, 2))[0, 0], Is.Null);
        Assert.That(() => labels.Transform(["yes", "maybe"]), Throws.ArgumentException.With.Message.EqualTo(
            "Sample 1 has the label 'maybe', which Fit did not see. It saw 'no', 'yes'."));
        Assert.That(() => labels.InverseTransform(tensor(new long[] { 0, 2 })), Throws.ArgumentException.With.Message.EqualTo(
            "Sample 1 has the class number 2: the classes are numbered from 0 to 1."));
    }

    [Test]
    public void Tables_that_do_not_fit_are_refused()
    {
        var scaler = new MinMaxScaler().Fit(zeros(2, 3));

        Assert.That(() => scaler.Transform(zeros(2, 4)), Throws.ArgumentException.With.Message.EqualTo(
            "X is [2, 4] and Fit saw 3 columns. Give it the same columns, in the same order."));
        Assert.That(() => new MinMaxScaler().Fit(zeros(0, 3)),
            Throws.ArgumentException.With.Message.EqualTo("X is [0, 3], without rows: there is nothing to measure."));
        Assert.That(() => new MinMaxScaler(1, 1),
            Throws.ArgumentException.With.Message.EqualTo("The limits are 1 and 1: both must be finite and the second the larger."));
        Assert.That(() => new OneHotEncoder().Fit(new string[0, 2]),
            Throws.ArgumentException.With.Message.EqualTo("X is [0, 2]: there is nothing to find categories in."));
        Assert.That(() => new OneHotEncoder().Fit(new string[,] { { null! } }),
            Throws.ArgumentException.With.Message.EqualTo("X holds null at row 0, column 0 (counted from 0). Fill in a text."));
        Assert.That(() => new OneHotEncoder().Fit(zeros(2, 2)).Transform(zeros(2, 3)),
            Throws.ArgumentException.With.Message.EqualTo("X is [2, 3] and Fit saw 2 columns. Give it the same columns, in the same order."));
        Assert.That(() => new OneHotEncoder().Fit(zeros(2, 2)).InverseTransform(zeros(2, 3)),
            Throws.ArgumentException.With.Message.EqualTo("encoded is [2, 3] and Fit saw 2 categories: give it an output for each."));
        Assert.That(() => new LabelEncoder().Fit([]),
            Throws.ArgumentException.With.Message.EqualTo("There are no labels. (Parameter 'labels')"));
    }

    [Test]
    public void All_come_back_bit_for_bit_from_their_files()
    {
        using var folder = new TemporaryFolder();
        var (train, test) = (Table("train") / 3, Table("test"));
        var standard = new StandardScaler().Fit(train);
        var minMax = new MinMaxScaler(-0.1, 0.7, clip: true).Fit(train);
        var oneHot = new OneHotEncoder(UnknownCategory.Zeros).Fit(Texts());
        var label = new LabelEncoder().Fit(["ñandú", "\"quoted\"", "b\\c"]);

        Assert.That(Again(standard).Transform(test).Equals(standard.Transform(test)), Is.True);
        Assert.That(Again(minMax).Transform(test).Equals(minMax.Transform(test)), Is.True);
        Assert.That(Again(oneHot).Categories, Is.EqualTo(oneHot.Categories));
        Assert.That(Again(oneHot).Transform(new[,] { { "?", "?" } }).sum().item<float>(), Is.Zero);
        Assert.That(Again(label).Classes, Is.EqualTo(label.Classes));

        T Again<T>(T preprocessor)
            where T : Preprocessor, new()
        {
            preprocessor.Save(folder["p.json"]);
            return Preprocessor.Load<T>(folder["p.json"]);
        }
    }

    [Test]
    public void They_travel_in_the_weight_file_of_the_model()
    {
        using var folder = new TemporaryFolder();
        var path = folder["model.safetensors"];
        using Linear model = nn.Linear(2, 1);
        var scaler = new StandardScaler().Fit(rand(5, 2));
        model.SaveWeights(path, new Dictionary<string, Preprocessor> { ["scaler"] = scaler, ["classes"] = new LabelEncoder().Fit(["no", "yes"]) });
        using Linear fresh = nn.Linear(2, 1);
        fresh.LoadWeights(path);

        Assert.That(WeightFile.ReadPreprocessor<StandardScaler>(path, "scaler").Mean, Is.EqualTo(scaler.Mean));
        Assert.That(WeightFile.ReadPreprocessor<LabelEncoder>(path, "classes").Classes, Is.EqualTo(new[] { "no", "yes" }));
        Assert.That(() => WeightFile.ReadPreprocessor<LabelEncoder>(path, "scaler"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path}, preprocessor 'scaler', holds a StandardScaler and not a LabelEncoder."));
        Assert.That(() => WeightFile.ReadPreprocessor<LabelEncoder>(path, "x"), Throws.ArgumentException.With.Message.StartsWith(
            $"{path} has no preprocessor 'x'. It has 'scaler', 'classes'."));
        Assert.That(() => WeightFile.ReadPreprocessor<LabelEncoder>(folder["none"], "x"),
            Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo($"There is no weight file {folder["none"]}. Save one first with model.SaveWeights(path)."));
        model.SaveWeights(path);
        Assert.That(() => WeightFile.ReadPreprocessor<LabelEncoder>(path, "x"), Throws.ArgumentException.With.Message.Contain("It has none"));
        Assert.That(
            () => model.SaveWeights(path, new Dictionary<string, Preprocessor> { ["scaler"] = new StandardScaler() }), Throws.InvalidOperationException.With.Message.EqualTo("The StandardScaler has not seen any data yet. Call Fit with the training data first."));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("not json")]
    [TestCase("{\"preprocessor\":\"StandardScaler\",\"version\":1,\"mean\":[1],\"scale\":[1,2]}")]
    [TestCase("{\"preprocessor\":\"StandardScaler\",\"version\":1,\"mean\":[1],\"scale\":[0]}")]
    [TestCase("{\"preprocessor\":\"StandardScaler\",\"version\":1,\"mean\":[1e999],\"scale\":[1]}")]
    [TestCase("{\"preprocessor\":\"StandardScaler\",\"version\":2,\"mean\":[1],\"scale\":[1]}")]
    public void Json_that_is_none_of_them_is_refused(string json) =>
        Assert.That(() => Preprocessor.FromJson<StandardScaler>(json, "s.json"), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("s.json"));

    [Test]
    public void Inverse_undoes_transform() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(
            (from rows in Gen.Choose(1, 10) from columns in Gen.Choose(1, 5) from values in Gen.Choose(-1000, 1000).ArrayOf(rows * columns) select (rows, columns, values)).ToArbitrary(),
            c =>
            {
                using var scope = NewDisposeScope();
                var X = tensor(Array.ConvertAll(c.values, v => v / 8.0)).reshape(c.rows, c.columns);
                var (standard, minMax) = (new StandardScaler().Fit(X), new MinMaxScaler(-3, 5).Fit(X));
                return standard.InverseTransform(standard.Transform(X)).allclose(X, 1e-9, 1e-9) && minMax.InverseTransform(minMax.Transform(X)).allclose(X, 1e-9, 1e-9);
            }));

    [Test]
    public void Damaged_files_are_refused_or_read() => Fuzz(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_are_refused_or_read() =>
        AttackRecords.Add("Data files", "10,000 files of scalers and encoders, changed, cut and repeated at random", Mutations.Outcome(Fuzz(10_000)));

    private static (int Refused, int Read) Fuzz(int count)
    {
        Preprocessor[] whole =
        [
            new StandardScaler().Fit(rand(4, 3)), new MinMaxScaler(-1, 2).Fit(rand(4, 3)), new OneHotEncoder().Fit(Texts()), new LabelEncoder().Fit(["no", "yes", "ñ"]),
        ];
        Action<string>[] loads = [path => Preprocessor.Load<StandardScaler>(path), path => Preprocessor.Load<MinMaxScaler>(path), path => Preprocessor.Load<OneHotEncoder>(path), path => Preprocessor.Load<LabelEncoder>(path)];

        return Mutations.Sum(whole.Select((one, i) =>
            Mutations.Read(count / whole.Length, [Encoding.UTF8.GetBytes(one.ToJson())], ".json", loads[i], exception => exception is InvalidDataException)));
    }

    private static Tensor Table(string name)
    {
        var rows = Recorded.GetProperty(name).Deserialize<double[][]>()!;
        return tensor(rows.SelectMany(r => r).ToArray()).reshape(rows.Length, -1);
    }

    private static string[,] Texts()
    {
        var rows = Recorded.GetProperty("texts").Deserialize<string[][]>()!;
        var texts = new string[rows.Length, 2];

        for (var i = 0; i < rows.Length; i++)
        {
            (texts[i, 0], texts[i, 1]) = (rows[i][0], rows[i][1]);
        }

        return texts;
    }

    private static double[] Values(Tensor tensor) => tensor.to(float64).data<double>().ToArray();

    private static double[] Flat(JsonElement rows) => [.. rows.Deserialize<double[][]>()!.SelectMany(r => r)];
}
