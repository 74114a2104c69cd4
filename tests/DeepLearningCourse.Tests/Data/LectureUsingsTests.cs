using DeepLearningCourse.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DeepLearningCourse.Tests.Data;

/// <summary>Compiles the lecture's mini-batching with the usings of the lecture's examples: no name is ambiguous (CS0104).</summary>
public sealed class LectureUsingsTests : TensorTest
{
    [Test]
    public void The_lectures_dataset_and_loader_compile_and_feed_a_layer()
    {
        var X = new float[1000, 10];
        var y = new float[1000];
        var data = new MyDataset(X, y);
        using var trainLoader = new DataLoader<(Tensor features, Tensor target)>(
            data, batchSize: 32, shuffle: true, numWorkers: 2, pinMemory: true);
        using ReLU relu_1 = ReLU();
        long seen = 0;

        foreach (var batch in trainLoader)
        {
            var (features, target) = batch;
            using DisposeScope scope = NewDisposeScope();
            Assert.That(relu_1.call(features).shape, Is.EqualTo(new long[] { target.shape[0], 10 }));
            seen += target.shape[0];
        }

        Assert.That(trainLoader, Has.Count.EqualTo(32));
        Assert.That(seen, Is.EqualTo(1000));
    }

    [Test]
    public void Every_public_name_of_the_namespace_can_be_written_bare()
    {
        Type[] names =
        [
            typeof(Dataset<Tensor>), typeof(InMemoryDataset), typeof(Subset<Tensor>), typeof(DataLoader<Tensor>), typeof(DataLoaderException),
            typeof(ClassWeights), typeof(CsvTable), typeof(Splits), typeof(StandardScaler), typeof(TensorRows), typeof(BadSamples), typeof(BatchSampler),
            typeof(DataLoaderState), typeof(DataSource), typeof(DataSource<Tensor>), typeof(IterableDataset<Tensor>),
            typeof(PaddedSequences), typeof(Sampler), typeof(SampleRandom), typeof(Shard), typeof(SkippedSample), typeof(SpanDataset<float, long>),
            typeof(SequentialSampler), typeof(RandomSampler), typeof(SubsetRandomSampler), typeof(WeightedRandomSampler), typeof(DistributedSampler),
            typeof(StratifiedBatchSampler), typeof(BucketBatchSampler), typeof(DatasetExtensions), typeof(StreamExtensions), typeof(Pixels), typeof(Npy), typeof(NpzFile), typeof(NpyDataset), typeof(Idx), typeof(MnistDataset),
            typeof(CsvOptions), typeof(MissingValue), typeof(MissingValueKind), typeof(CategoryEncoding), typeof(Preprocessor), typeof(MinMaxScaler), typeof(OneHotEncoder),
            typeof(LabelEncoder), typeof(UnknownCategory), typeof(DatasetInfo), typeof(NamedDataset), typeof(Datasets),
        ];

        var all = typeof(Dataset<>).Assembly.GetExportedTypes().Where(type => type.Namespace == "DeepLearningCourse.Data");

        Assert.That(names.Select(name => name.Name), Is.EquivalentTo(all.Select(type => type.Name)));
    }

    private sealed class MyDataset(float[,] X, float[] y) : Dataset<(Tensor features, Tensor target)>
    {
        public override long Count => y.Length;

        public override (Tensor features, Tensor target) this[long index]
        {
            get
            {
                var row = Enumerable.Range(0, X.GetLength(1)).Select(column => X[index, column]).ToArray();
                return (tensor(row), tensor(y[index]));
            }
        }
    }
}
