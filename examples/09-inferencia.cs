#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// Inferencia: probabilidades y clases de un modelo ya entrenado.
//
//   dotnet run examples/09-inferencia.cs
using System.Globalization;
using DeepLearningCourse.Inference;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Inferencia
//
// Para generar predicciones basta un *forward pass* con el modelo ya entrenado. Primero, entrenarlo:

// %% inferencia
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
var X = rand(1000, 10);
var y = X.sum(dim: 1, keepdim: true).gt(5).to(float32);
var model = new BinaryClassifier();
var criterion = nn.BCEWithLogitsLoss();
var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-3);
for (var e = 0; e < 200; e++)
{
    using var scope = NewDisposeScope();
    model.train();
    optimizer.zero_grad();
    criterion.call(model.call(X), y).backward();
    optimizer.step();
}

// %% [markdown]
// ## Como en la lámina
//
// Modo evaluación, sin gradientes, y luego el post-procesamiento: la sigmoide da la probabilidad, y el umbral 0.5 la clase.

// %%
// Fijar el modelo en evaluación.
model.eval();

// Evita que se calculen gradientes, ya que no es necesario.
Tensor h;
using (no_grad())
{
    // Cálculo de la salida del modelo (h)
    h = model.call(X);
}

// Cálculo de probabilidades (si es que fuera necesario)
var y_proba = sigmoid(h);

// Clasificación propiamente tal
var y_preds = where(y_proba >= 0.5, 1, 0);

Console.WriteLine($"h requiere gradientes: {h.requires_grad}");
for (var i = 0; i < 4; i++)
{
    Console.WriteLine($"h = {h[i].item<float>(),7:F3}   probabilidad = {y_proba[i].item<float>():F3}   clase = {y_preds[i].item<int>()}   era {y[i].item<float>()}");
}

Console.WriteLine($"Exactitud en los registros con que se entrenó: {y_preds.eq(y).to(float32).mean().item<float>():F3}");

// Lo que importa es la exactitud en registros que el modelo no ha visto.
var X_nuevo = rand(1000, 10);
var y_nuevo = X_nuevo.sum(dim: 1, keepdim: true).gt(5).to(float32);
using (no_grad())
{
    Console.WriteLine($"Exactitud en 1000 registros nuevos: {sigmoid(model.call(X_nuevo)).ge(0.5).eq(y_nuevo.gt(0)).to(float32).mean().item<float>():F3}");
}

// %% [markdown]
// Clase 1 si la probabilidad es al menos 0.5 es lo mismo que clase 1 si $h \ge 0$: la sigmoide es creciente y $\sigma(0) = 0.5$.

// %%
Console.WriteLine($"¿h >= 0 da las mismas clases? {h.ge(0).to(int64).eq(y_preds).all().item<bool>()}");

// %% [markdown]
// ## En una línea
//
// `Predict`, `PredictProbabilities` y `PredictLabels` hacen lo mismo, y dejan la red en el modo en que estaba.

// %%
model.train();
var probabilidades = model.PredictProbabilities(X, criterion);
var clases = model.PredictLabels(X, criterion);
Console.WriteLine($"¿Las mismas probabilidades? {probabilidades.allclose(y_proba)}. ¿Las mismas clases? {clases.reshape(-1).eq(y_preds.reshape(-1)).all().item<bool>()}");
Console.WriteLine($"La red sigue en modo entrenamiento: {model.training}");

// %% [type before inferencia]
sealed class BinaryClassifier : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(10, 32);
    public Linear w2 { get; } = nn.Linear(32, 64);
    public Linear w3 { get; } = nn.Linear(64, 1);
    public ReLU relu_1 { get; } = nn.ReLU();
    public ReLU relu_2 { get; } = nn.ReLU();

    public override Tensor forward(Tensor x)
    {
        x = w1.call(x);
        x = relu_1.call(x);
        x = w2.call(x);
        x = relu_2.call(x);
        x = w3.call(x);
        return x;
    }
}
