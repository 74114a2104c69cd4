#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// criterion y optimizer: qué esperan, y qué hace un paso.
//
//   dotnet run examples/07-criterion-y-optimizer.cs
using System.Globalization;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

// %% [markdown]
// # Loss function y optimizer
//
// La nomenclatura de PyTorch: la función de pérdida es el `criterion`, y quien actualiza los parámetros es el `optimizer`.
//
// ## El criterion
//
// Primero va la predicción, luego el target. Cada criterion espera su forma de target:

// %%
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);

// Varias clases: logits [batch, clases] y el número de la clase (int64) [batch].
var logits = rand(4, 3);
var clases = tensor(new long[] { 0, 2, 1, 2 });
Console.WriteLine($"CrossEntropyLoss: {nn.CrossEntropyLoss().call(logits, clases).item<float>():F4}");

// Dos clases: un logit y un 0 o 1 (float) por registro, del mismo shape.
var h = rand(4, 1);
var y = tensor(new[,] { { 0f }, { 1f }, { 1f }, { 0f } });
Console.WriteLine($"BCEWithLogitsLoss: {nn.BCEWithLogitsLoss().call(h, y).item<float>():F4}; al revés, {nn.BCEWithLogitsLoss().call(y, h).item<float>():F4}: el orden importa");

// %% [markdown]
// A mano, la entropía cruzada es el promedio de $-\log$ de la probabilidad que la red da a la clase correcta:

// %%
var probabilidades = nn.functional.softmax(logits, dim: 1);
var deLaCorrecta = probabilidades.gather(1, clases.unsqueeze(1));
Console.WriteLine($"A mano: {(-deLaCorrecta.log()).mean().item<float>():F4}");

// %% [markdown]
// ## El optimizer
//
// Recibe `model.parameters()` y al menos el *learning rate*. Adam, en su primer paso, mueve cada parámetro casi exactamente $lr$,
// sea grande o chico su gradiente; SGD mueve $lr \cdot$ gradiente.

// %%
var model = nn.Linear(10, 1);
var antes = model.weight.clone().detach();
var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-4);
var loss = nn.BCEWithLogitsLoss().call(model.call(rand(4, 10)), y);
loss.backward();
optimizer.step();
var movimiento = (model.weight - antes).abs();
Console.WriteLine($"Adam(lr: 3e-4): cada peso se movió entre {movimiento.min().item<float>():E2} y {movimiento.max().item<float>():E2}");

var conSgd = nn.Linear(10, 1);
var previo = conSgd.weight.clone().detach();
var sgd = Optimizers.SGD(conSgd.parameters(), lr: 0.1);
nn.BCEWithLogitsLoss().call(conSgd.call(rand(4, 10)), y).backward();
sgd.step();
var diferencia = (conSgd.weight - (previo - 0.1 * conSgd.weight.grad!)).abs().max().item<float>();
Console.WriteLine($"SGD: peso nuevo = peso - lr·gradiente, con diferencia máxima {diferencia:E1}");
