using System.Security.Cryptography;
using System.Text.Json;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DatasetsTests : TensorTest
{
    [Test]
    public void A_table_is_scikit_learns([Values("BreastCancer", "Iris", "Wine", "Digits", "Diabetes")] string name)
    {
        using var data = (NamedDataset)typeof(Datasets).GetMethod(name)!.Invoke(null, null)!;
        using var dataset = data.ToDataset();
        var recorded = Reference.Datasets.GetProperty(name);
        double[] Numbers(string property) => recorded.GetProperty(property).Deserialize<double[]>()!;

        Assert.That(data.X.shape, Is.EqualTo(recorded.GetProperty("shape").Deserialize<long[]>()));
        Assert.That(data.X[0].to(float64).data<double>().ToArray(), Is.EqualTo(Numbers("first")).Within(1e-3).Percent);
        Assert.That(data.X[^1].to(float64).data<double>().ToArray(), Is.EqualTo(Numbers("last")).Within(1e-3).Percent);
        Assert.That(data.X.to(float64).mean([0L]).mul(data.X.shape[0]).data<double>().ToArray(), Is.EqualTo(Numbers("sums")).Within(1e-3).Percent);
        Assert.That(new[] { data.y[0], data.y[^1], data.y.sum() }.Select(t => t.to(float64).item<double>()), Is.EqualTo(Numbers("targets")));
        Assert.That(data.FeatureNames, Has.Count.EqualTo(data.X.shape[1]));
        Assert.That(data.Classes, Is.EqualTo(recorded.GetProperty("classes").Deserialize<string[]>()));
        Assert.That(dataset.Count, Is.EqualTo(data.X.shape[0]));
        Assert.That(data.y.dtype, Is.EqualTo(name == "Diabetes" ? float32 : int64));

        if (data.Classes.Count > 0)
        {
            Assert.That(data.y.bincount(null).data<long>().ToArray(), Is.EqualTo(recorded.GetProperty("counts").Deserialize<long[]>()));
        }
    }

    [Test]
    public void Fashion_MNIST_has_its_images_in_ten_classes()
    {
        var (train, test) = (Datasets.FashionMnistSmall(), Datasets.FashionMnistSmall(train: false, mean: 0.286f, std: 0.353f));
        using var loader = new DataLoader<(Tensor features, Tensor target)>(train, batchSize: 6000);
        var (images, labels) = loader.ToList().Single();

        Assert.That((train.Count, test.Count), Is.EqualTo((6000L, 1000L)));
        Assert.That(images.shape, Is.EqualTo(new long[] { 6000, 1, 28, 28 }));
        Assert.That((images.min().item<float>(), images.max().item<float>()), Is.EqualTo((0f, 1f)));
        Assert.That(images.mean().item<float>(), Is.EqualTo(0.286).Within(0.01));
        Assert.That(labels[..5].data<long>().ToArray(), Is.EqualTo(new long[] { 9, 0, 0, 3, 0 }), "an ankle boot, two T-shirts, a dress, a T-shirt");
        Assert.That(labels.bincount(null).data<long>().ToArray(), Has.Length.EqualTo(10));
        Assert.That(Datasets.FashionMnistClasses[9], Is.EqualTo("Ankle boot"));
    }

    [Test]
    public void Each_says_where_it_is_from_and_what_may_be_done_with_it()
    {
        Assert.That(Datasets.All, Has.Count.EqualTo(6));
        Assert.That(Datasets.All.SelectMany(info => new[] { info.Name, info.Description, info.Source, info.License, info.Citation }), Is.All.Not.Empty);
        Assert.That(File.ReadAllText(Repository.PathOf("examples/data/fashion_mnist_small/LICENSE")), Does.Contain("Copyright 2017 Zalando SE"));
        Assert.That(File.ReadAllText(Repository.PathOf("examples/data/LICENSE-scikit-learn")), Does.Contain("Redistributions in binary form"));
    }

    [TestCase("breast_cancer.csv", "9b9e3a2fe53a2264f7e756aff00ab883450186c47bfb2027b4d90ca51d23347d")]
    [TestCase("iris.csv", "c52da941c4117668428d973554bb3380ba78c23400c2848e9b65107d63ccba47")]
    [TestCase("wine.csv", "55d79f476c8ff1e8d0db95ca05a05348dcc2f8e2b83a83da3202cf3a3b4cd68e")]
    [TestCase("digits.csv.gz", "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a")]
    [TestCase("diabetes.csv", "8da6a0623ff6fc12ac3c7216470c648fd2f1afc6467355864a6cf27a2eb3e691")]
    [TestCase("penguins.csv", "92da526b754b0a95edd6069aefcfc3c670ceecf61fc67f9aa1be0fc82fe342fe")]
    [TestCase("fashion_mnist_small/train-images-idx3-ubyte.gz", "da84e57f0dbfe7716fb7befbb8f6426a1e60f6a7030eecdb2ba27c5096237605")]
    [TestCase("fashion_mnist_small/t10k-labels-idx1-ubyte.gz", "dbcee292a255fe70d571317bf37c89b845f3177427c61a23f68e4230b262a846")]
    public void The_files_are_those_whose_source_is_known(string file, string sha256) =>
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Repository.PathOf($"examples/data/{file}")))), Is.EqualTo(sha256));
}
