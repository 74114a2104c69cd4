using System.CommandLine;
using DeepLearningCourse.Notebooks.Commands;

RootCommand root = new("Notebooks in C# for deep learning.") { KernelCommand.Create() };
return root.Parse(args).Invoke();
