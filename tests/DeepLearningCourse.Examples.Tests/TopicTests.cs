using DeepLearningCourse.Tests;

namespace DeepLearningCourse.Examples.Tests;

/// <summary>Every topic of the lecture runs with one command, and what it prints is true.</summary>
[NonParallelizable]
public sealed class TopicTests
{
    private const string Number = @"(-?\d+(?:\.\d+)?(?:E[-+]\d+)?)";

    private static readonly Dictionary<string, Action<Run>> Expected = new()
    {
        ["01-tensores"] = run =>
        {
            Contains(run, "X tiene shape [2, 3]", "[2, 3] por [3, 2] da [2, 2]", "¿Son las mismas sumas? True", "nn.ReLU()(z) = [0, 0, 2], F.relu(z) = [0, 0, 2]");
            Contains(run, "f'(4) según autograd: 36, a mano: 36");
        },
        ["02-device"] = run => Contains(run, "el device es: c", "la salida [4, 1]", "mat1 and mat2 shapes cannot be multiplied (4x7 and 10x1)"),
        ["03-tres-elementos"] = run =>
        {
            Contains(run, "a [1000, 1]: k = 1", "(w2): Linear(in_features=32, out_features=64, bias=True)", "2529 parámetros");
            Assert.That(run.Number($@"BCEWithLogitsLoss\(h, y\) = {Number}"), Is.EqualTo(run.Number($@"BCELoss\(sigmoid\(h\), y\) = {Number}")).Within(1e-5));
        },
        ["04-linear"] = run =>
        {
            Contains(run, "[5, 3] pasa a [5, 2]", "fc(1, 2, 3) = (17, 22)", "ReLU(-1, 0, 2) = (0, 0, 2), con 0 parámetros");
            Assert.That(run.Number($"x·Wᵀ \\+ b: {Number}"), Is.LessThan(1e-5));
        },
        ["05-combinar-modulos"] = run => Contains(run, "(bloque_2): Bloque(", "bloque_1.w.weight      [32, 10]", "2529 parámetros; la salida es [4, 1]"),
        ["06-constructor-y-forward"] = run => Contains(run, "2529 parámetros, salida [1000, 1]", "salida [1000, 3]", "(activacion): Tanh()", "Is 'w2' missing from forward?"),
        ["07-criterion-y-optimizer"] = run =>
        {
            Assert.That(run.Number($"A mano: {Number}"), Is.EqualTo(run.Number($"CrossEntropyLoss: {Number}")));
            Assert.That(run.Number($"se movió entre {Number}"), Is.EqualTo(3e-4).Within(1e-5));
            Assert.That(run.Number($"con diferencia máxima {Number}"), Is.LessThan(1e-5));
        },
        ["08-training-loop"] = run =>
        {
            Assert.That(run.Number($"Epoch 199: loss {Number}"), Is.LessThan(0.1).And.LessThan(run.Number($"Epoch   0: loss {Number}")));
            Contains(run, "Después de un backward: (2, 2, 2)", "Después de dos, sin zero_grad: (4, 4, 4)", "Después de .zero_(): (0, 0, 0)");
        },
        ["09-inferencia"] = run =>
        {
            Contains(run, "h requiere gradientes: False", "¿h >= 0 da las mismas clases? True", "¿Las mismas probabilidades? True. ¿Las mismas clases? True");
            Contains(run, "La red sigue en modo entrenamiento: True");
            Assert.That(run.Number($"con que se entrenó: {Number}"), Is.GreaterThan(0.97));
            Assert.That(run.Number($"registros nuevos: {Number}"), Is.GreaterThan(0.9));
        },
        ["10-por-que-mini-batching"] = run =>
        {
            Contains(run, "32 batches, el último de 8 registros.", "100,000 registros:  81.20 MB", "0.01 MB de parámetros");
            Assert.That(run.Number($"Coseno entre el gradiente de un batch y el completo: {Number}"), Is.InRange(0.2, 0.99));
            Assert.That(run.Number($"{Number} de 32 apuntan"), Is.GreaterThan(20));
            Assert.That(run.Number($"con el promedio: {Number}"), Is.LessThan(1e-5 * run.Number($"w1 llega hasta {Number}")));
            Assert.That(run.Number($"w1 llega hasta {Number}"), Is.GreaterThan(1e-4));
        },
        ["11-dataset"] = run =>
        {
            Contains(run, "data.Count: 1000", "features [10] y target [1]", "¿Es la primera fila de X? True", "data[1000]: IndexOutOfRangeException");
            Assert.That(run.Number($"con arreglos {Number} ms"), Is.Positive);
            Assert.That(run.Number($"tensores propios {Number} ms"), Is.Positive);
        },
        ["12-dataloader"] = run =>
        {
            Contains(run, "32 batches: 31 de 32 registros y uno de 8", "32 de 32 batches son iguales");
            Assert.That(run.Number($"Loss para Epoch 9: {Number}"), Is.LessThan(0.2).And.LessThan(run.Number($"Loss para Epoch 0: {Number}")));
        },
        ["13-model-registry"] = run => Contains(run, "(relu_2): ReLU()", "Suma de |bias| de w1: 0", "conValores(1, 2) = 16, que es", "Parameters: 2,529 (2,177 trainable, 352 frozen)"),
        ["14-trainer"] = run =>
        {
            Contains(run, "¿Los mismos pesos, bit por bit, que el loop a mano? True", "En los 200 registros de validación:");
            Assert.That(run.Number($"exactitud {Number}"), Is.GreaterThan(0.85));
        },
        ["15-regresion"] = run =>
        {
            Contains(run, "266 pacientes para entrenar, 66 para validar y 110 para probar", "(EarlyStopped)");
            Assert.That(run.Number($@"R² = {Number}"), Is.InRange(0.4, 0.7).And.EqualTo(run.Number($"métrica del Trainer: {Number}")).Within(2e-3));
            Assert.That(run.Number($"RMSE {Number}"), Is.LessThan(0.85 * run.Number($"contra {Number}")));
        },
        ["16-varias-clases"] = run =>
        {
            Assert.That(run.Number($"Exactitud en la prueba: {Number}"), Is.GreaterThan(0.95));
            Contains(run, "1077 imágenes para entrenar, 270 para validar y 450 para probar", "Suma de las probabilidades: 1.0000");
        },
        ["17-cnn"] = run =>
        {
            Assert.That(run.Number($"Exactitud en la prueba: {Number}"), Is.GreaterThan(0.84));
            Contains(run, "Se cortó tras 2 epochs (Stopped); quedó un checkpoint de", "Siguió desde step-0000000160.pt", "(EarlyStopped)", "La curva quedó en");
            Assert.That(run.Number($"la loss de entrenamiento fue de {Number}"), Is.GreaterThan(run.Number($"la loss de entrenamiento fue de [0-9.]+ a {Number}")));
            Assert.That(run.Number($"la de validación de {Number}"), Is.LessThan(run.Number($@"la de validación de [0-9.]+ a (\d+\.\d+)")));
        },
    };

    private static IEnumerable<string> Topics => Directory.EnumerateFiles(Repository.PathOf("examples"), "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)).Order();

    [TestCaseSource(nameof(Topics))]
    public void A_topic_runs_and_what_it_prints_is_true(string topic)
    {
        Assert.That(Expected, Does.ContainKey(topic), "the example has no expectations");

        var run = Run.Dotnet("run", $"examples/{topic}.cs");

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Expected[topic](run);
    }

    [Test]
    public void Every_expectation_has_its_example() => Assert.That(Topics, Is.EquivalentTo(Expected.Keys));

    private static void Contains(Run run, params string[] texts)
    {
        foreach (var text in texts)
        {
            Assert.That(run.Output, Does.Contain(text));
        }
    }
}
