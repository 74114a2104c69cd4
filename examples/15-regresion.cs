#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
#:project ../src/DeepLearningCourse.Plots/DeepLearningCourse.Plots.csproj
// Continuará: regresión. Predecir la progresión de la diabetes.
//
//   dotnet run examples/15-regresion.cs
using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Inference;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Plots;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Regresión: diabetes
//
// 442 pacientes, 10 variables, y un número que predecir: cuánto avanzó la enfermedad en un año (de 25 a 346). En una **regresión**
// la salida es el número mismo ($k = 1$, sin sigmoide) y la loss function, el error cuadrático medio (MSE).

// %%
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(0);
using var diabetes = Datasets.Diabetes();
var partes = Splits.Parts(diabetes.X.shape[0], [0.6, 0.15, 0.25], seed: 0);
var (train, validacion, test) = (partes[0], partes[1], partes[2]);
Console.WriteLine($"{train.Length} pacientes para entrenar, {validacion.Length} para validar y {test.Length} para probar; variables: {string.Join(", ", diabetes.FeatureNames)}");

// %% [markdown]
// ## Escalar
//
// Con la validación se decide cuándo terminar; por eso lo que la red vale se mide en la prueba, de la que nada se decidió.
// Variables y target se llevan a media 0 y desviación 1, con lo que se midió **sólo** en la parte de entrenamiento.

// %%
var escala_X = new StandardScaler();
var escala_y = new StandardScaler();
using var X_train = escala_X.FitTransform(diabetes.X.TakeRows(train));
using var X_validacion = escala_X.Transform(diabetes.X.TakeRows(validacion));
using var X_test = escala_X.Transform(diabetes.X.TakeRows(test));
using var y_real = diabetes.y.TakeRows(test).reshape(-1, 1).to(float32);
using var y_train = escala_y.FitTransform(diabetes.y.TakeRows(train).reshape(-1, 1).to(float32));
using var y_validacion = escala_y.Transform(diabetes.y.TakeRows(validacion).reshape(-1, 1).to(float32));
using var y_test = escala_y.Transform(y_real);
using var trainData = new InMemoryDataset(X_train, y_train);
using var validationData = new InMemoryDataset(X_validacion, y_validacion);
using var testData = new InMemoryDataset(X_test, y_test);
using var trainLoader = new DataLoader<(Tensor features, Tensor target)>(trainData, batchSize: 32, shuffle: true, seed: 0);
using var validationLoader = new DataLoader<(Tensor features, Tensor target)>(validationData, batchSize: 32);
using var testLoader = new DataLoader<(Tensor features, Tensor target)>(testData, batchSize: 32);

// %% [markdown]
// ## Los tres elementos, y entrenar
//
// Con tan pocos datos una red pronto aprende de memoria: `EarlyStopping` termina cuando la validación ya no mejora, y devuelve los
// mejores pesos.

// %% red
using var model = new Regresor(diabetes.FeatureNames.Count);
using var criterion = nn.MSELoss();
using var optimizer = Optimizers.AdamW(model.parameters(), lr: 3e-3, weightDecay: 0.05);
var r2 = new R2Score();
var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions
{
    Epochs = 100,
    Seed = 0,
    Metrics = [r2],
    Callbacks = [new EarlyStopping(patience: 15)],
    ShowProgress = false,
});
var history = trainer.Fit(trainLoader, validationLoader);
Console.WriteLine($"Terminó tras {history.Epochs.Count} epochs ({history.StopReason}).");

// %%
#if NOTEBOOK
history.PlotLosses(PlotTexts.Spanish)
#else
var dibujo = Path.Combine(Path.GetTempPath(), "regresion.png");
history.PlotLosses(PlotTexts.Spanish).Save(dibujo);
Console.WriteLine($"La curva quedó en {dibujo}");
#endif

// %%
Console.WriteLine($"Loss de validación: {history.Epochs[0].Validation!.Loss:F3} en el primer epoch, {history.Epochs.Min(e => e.Validation!.Loss):F3} en el mejor.");

// %% [markdown]
// ## ¿Sirve de algo?
//
// Quien siempre dice el promedio tiene $R^2 = 0$. El error (RMSE) se mide en las unidades del target, deshaciendo la escala:

// %%
using var preds = escala_y.InverseTransform(model.Predict(X_test));
var rmse = (preds - y_real).square().mean().sqrt().item<float>();
var rmseDelPromedio = (diabetes.y.TakeRows(train).to(float32).mean() - y_real).square().mean().sqrt().item<float>();
var R2 = 1 - (preds - y_real).square().sum().item<float>() / (y_real - y_real.mean()).square().sum().item<float>();
Console.WriteLine($"En la prueba: RMSE {rmse:F1}, contra {rmseDelPromedio:F1} de decir siempre el promedio. R² = {R2:F3}");
Console.WriteLine($"R² según la métrica del Trainer: {trainer.Evaluate(testLoader)[r2]:F3}");

// %% [type before red]
sealed class Regresor(long variables) : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(variables, 32);
    public Linear w2 { get; } = nn.Linear(32, 1);
    public ReLU relu { get; } = nn.ReLU();
    public Dropout dropout { get; } = nn.Dropout(0.2);

    public override Tensor forward(Tensor x) => w2.call(dropout.call(relu.call(w1.call(x))));
}
