using DeepLearningCourse.Data.Formats;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Small data sets for teaching, which are part of the library: nothing is downloaded.</summary>
/// <example>
/// <code>
/// using var iris = Datasets.Iris();
/// var license = iris.Info.License;
/// using var data = iris.ToDataset();
/// </code>
/// </example>
public static class Datasets
{
    private const string ScikitLearn = "BSD-3-Clause (the scikit-learn developers)";
    private const string Uci = ScikitLearn + "; the underlying set of the UCI Machine Learning Repository is listed there under CC BY 4.0";

    private static readonly DatasetInfo BreastCancerInfo = new(
        "Breast cancer Wisconsin (diagnostic)",
        "569 tumours, 30 measurements of cell nuclei in an image of each; target: 0 malignant (212), 1 benign (357). For teaching, not for diagnosis.",
        "scikit-learn's load_breast_cancer", Uci,
        "W. Wolberg, W. N. Street, O. Mangasarian (1995). Breast Cancer Wisconsin (Diagnostic). UCI Machine Learning Repository.");

    private static readonly DatasetInfo IrisInfo = new(
        "Iris", "150 flowers of three species, 50 of each; length and width of sepals and petals in cm; target: the species.",
        "scikit-learn's load_iris, in the values of Fisher's paper as R has them", Uci, "R. A. Fisher (1936). The use of multiple measurements in taxonomic problems. Annals of Eugenics 7(2).");

    private static readonly DatasetInfo WineInfo = new(
        "Wine", "178 Italian wines of three growers (59, 71, 48), 13 chemical measurements of each; target: the grower.",
        "scikit-learn's load_wine", Uci, "M. Forina et al. PARVUS: An extendable package for data exploration, classification and correlation.");

    private static readonly DatasetInfo DigitsInfo = new(
        "Digits", "1797 handwritten digits of 8 × 8 pixels with values from 0 to 16, row by row; target: the digit.",
        "scikit-learn's load_digits, the test part of the original", Uci, "E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning Repository.");

    private static readonly DatasetInfo DiabetesInfo = new(
        "Diabetes", "442 patients: age, sex, body mass index, blood pressure and six blood serum measurements, not scaled; target: the progress of the disease a year later, 25 to 346.",
        "scikit-learn's load_diabetes(scaled=False)", ScikitLearn + "; the original states none of its own",
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani (2004). Least Angle Regression. Annals of Statistics 32(2).");

    private static readonly DatasetInfo FashionMnistInfo = new(
        "Fashion-MNIST, small", "The first 6,000 training and 1,000 test images of clothes, 28 × 28 pixels, in ten classes.",
        "https://github.com/zalandoresearch/fashion-mnist, by Debian's package dataset-fashion-mnist", "MIT (Copyright 2017 Zalando SE)",
        "H. Xiao, K. Rasul, R. Vollgraf (2017). Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms. arXiv:1708.07747.");

    /// <summary>What there is, with sources and licences.</summary>
    public static IReadOnlyList<DatasetInfo> All { get; } = [BreastCancerInfo, IrisInfo, WineInfo, DigitsInfo, DiabetesInfo, FashionMnistInfo];

    /// <summary>The names of Fashion-MNIST's classes by their numbers.</summary>
    public static IReadOnlyList<string> FashionMnistClasses { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Tumours, benign or malignant: 569 rows, 30 features, 2 classes.</summary>
    /// <returns>The data, for the caller to dispose.</returns>
    public static NamedDataset BreastCancer() => FromCsv("breast_cancer.csv", "target", BreastCancerInfo, ["malignant", "benign"]);

    /// <summary>Fisher's irises: 150 rows, 4 features, 3 classes.</summary>
    /// <returns>The data, for the caller to dispose.</returns>
    public static NamedDataset Iris() => FromCsv("iris.csv", "target", IrisInfo, ["setosa", "versicolor", "virginica"]);

    /// <summary>Wines of three growers: 178 rows, 13 features, 3 classes.</summary>
    /// <returns>The data, for the caller to dispose.</returns>
    public static NamedDataset Wine() => FromCsv("wine.csv", "target", WineInfo, ["class_0", "class_1", "class_2"]);

    /// <summary>Handwritten digits: 1797 rows, 64 pixels, 10 classes. <c>X.reshape(-1, 1, 8, 8)</c> makes images of them.</summary>
    /// <returns>The data, for the caller to dispose.</returns>
    public static NamedDataset Digits()
    {
        string[] names = [.. Enumerable.Range(0, 64).Select(i => $"pixel_{i / 8}_{i % 8}"), "target"];
        return FromCsv("digits.csv.gz", "target", DigitsInfo, [.. Enumerable.Range(0, 10).Select(i => $"{i}")], new CsvOptions { HasHeader = false, ColumnNames = names });
    }

    /// <summary>The progress of diabetes: 442 rows, 10 features that are not scaled, a number to predict.</summary>
    /// <returns>The data, for the caller to dispose.</returns>
    public static NamedDataset Diabetes() => FromCsv("diabetes.csv", "target", DiabetesInfo, []);

    /// <summary>Clothes: the first 6,000 training or 1,000 test images of Fashion-MNIST; see <see cref="FashionMnistClasses"/>.</summary>
    /// <param name="train">The training part; false for the test part.</param>
    /// <param name="mean">Subtracted from the pixels once they lie between 0 and 1; the set's own is 0.286.</param>
    /// <param name="std">Divides the pixels after that; the set's own is 0.353.</param>
    /// <returns>Images <c>[1, 28, 28]</c> and class numbers.</returns>
    public static MnistDataset FashionMnistSmall(bool train = true, float mean = 0, float std = 1) =>
        MnistDataset.From(name => Open("fashion_mnist_small/" + name), train, mean, std);

    private static NamedDataset FromCsv(string file, string target, DatasetInfo info, IReadOnlyList<string> classes, CsvOptions? options = null)
    {
        using var table = CsvTable.Read(Gzip.Decompressed(Open(file)), file, target, features: null, ',', options ?? new CsvOptions(), like: null);
        using var scope = NewDisposeScope();
        return new NamedDataset(info, table.X.alias(), classes.Count > 0 ? table.y.to(int64) : table.y.alias(), table.FeatureNames, classes);
    }

    private static Stream Open(string file) =>
        typeof(Datasets).Assembly.GetManifestResourceStream($"data/{file}") ?? throw new FileNotFoundException($"The library was built without its data set {file}.", file);
}
