#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
#:project ../src/DeepLearningCourse.Plots/DeepLearningCourse.Plots.csproj
// Continuará: varias clases. Reconocer dígitos escritos a mano.
//
//   dotnet run examples/16-varias-clases.cs
using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Inference;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Plots;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Varias clases: dígitos
//
// 1797 imágenes de 8×8 pixeles, y 10 clases. Ahora $k = 10$: un logit por clase. La *softmax* los convierte en probabilidades que suman 1,
// y la loss function es `CrossEntropyLoss`, que la aplica por dentro. El target es el número de la clase (`int64`, shape `[batch]`).

// %%
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(0);
using var digits = Datasets.Digits();
using var pixeles = (digits.X / 16).to(float32);
var (resto, test) = Splits.Stratified(digits.y, testFraction: 0.25, seed: 0);

// Del resto, una parte valida mientras se entrena: la prueba se mira una sola vez, al final.
var (deEntrenar, deValidar) = Splits.Stratified(digits.y.TakeRows(resto), testFraction: 0.2, seed: 0);
var train = Array.ConvertAll(deEntrenar, i => resto[i]);
var validacion = Array.ConvertAll(deValidar, i => resto[i]);
using var trainData = new InMemoryDataset(pixeles.TakeRows(train), digits.y.TakeRows(train));
using var validationData = new InMemoryDataset(pixeles.TakeRows(validacion), digits.y.TakeRows(validacion));
using var testData = new InMemoryDataset(pixeles.TakeRows(test), digits.y.TakeRows(test));
using var trainLoader = new DataLoader<(Tensor features, Tensor target)>(trainData, batchSize: 64, shuffle: true, seed: 0);
using var validationLoader = new DataLoader<(Tensor features, Tensor target)>(validationData, batchSize: 256);
using var testLoader = new DataLoader<(Tensor features, Tensor target)>(testData, batchSize: 256);
Console.WriteLine($"{train.Length} imágenes para entrenar, {validacion.Length} para validar y {test.Length} para probar; clases: {string.Join(" ", digits.Classes)}");

// %% red
using var model = new ClasificadorDeDigitos();
using var criterion = nn.CrossEntropyLoss();
using var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-3);
var f1 = new F1Score(Averaging.Macro);
var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 30, Seed = 0, Metrics = [f1], ShowProgress = false });
var history = trainer.Fit(trainLoader, validationLoader);
var evaluacion = trainer.Evaluate(testLoader);
Console.WriteLine($"Exactitud en la prueba: {evaluacion.Accuracy:F3}, F1 (macro): {evaluacion[f1]:F3}");

// %%
#if NOTEBOOK
history.Plot(PlotTexts.Spanish)
#else
var dibujo = Path.Combine(Path.GetTempPath(), "digitos.png");
history.Plot(PlotTexts.Spanish).Save(dibujo);
Console.WriteLine($"La curva quedó en {dibujo}");
#endif

// %% [markdown]
// ## Probabilidades y clases
//
// La softmax de cada fila suma 1, y la clase es la de mayor probabilidad.

// %%
using var imagen = pixeles.TakeRows([test[0]]);
using var probabilidades = model.PredictProbabilities(imagen, criterion);
using var clase = model.PredictLabels(imagen, criterion);
Console.WriteLine($"Suma de las probabilidades: {probabilidades.sum().item<float>():F4}; clase {clase.item<long>()} con {probabilidades.max().item<float>():P1}; era {digits.y[test[0]].item<long>()}");

// %% [markdown]
// ## ¿Qué se confunde con qué?

// %%
#if NOTEBOOK
evaluacion.ConfusionMatrix!.Plot(digits.Classes, texts: PlotTexts.Spanish)
#else
Console.WriteLine(evaluacion.ConfusionMatrix);
#endif

// %% [type before red]
sealed class ClasificadorDeDigitos : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(64, 64);
    public Linear w2 { get; } = nn.Linear(64, 10);
    public ReLU relu { get; } = nn.ReLU();

    public override Tensor forward(Tensor x) => w2.call(relu.call(w1.call(x)));
}
