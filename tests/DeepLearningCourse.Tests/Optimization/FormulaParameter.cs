using DeepLearningCourse.Optimization;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>NAdam and RAdam for one parameter, number by number, as the formulas of PyTorch's documentation stand.</summary>
internal sealed class FormulaParameter(int count)
{
    private readonly double[] m = new double[count];
    private readonly double[] v = new double[count];
    private int t;

    // PyTorch keeps the product as a float.
    private double muProduct = 1;

    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html"/></remarks>
    public void NAdam(double[] theta, double[] gradient, double lr, NAdamOptions o)
    {
        t++;
        var mu = Mu(t);
        var next = Mu(t + 1);
        muProduct = (float)muProduct * (float)mu;

        for (var i = 0; i < theta.Length; i++)
        {
            var g = Decayed(theta, gradient, i, lr, o.WeightDecay, o.DecoupledWeightDecay, o.Maximize);
            m[i] = (o.Beta1 * m[i]) + ((1 - o.Beta1) * g);
            v[i] = (o.Beta2 * v[i]) + ((1 - o.Beta2) * g * g);
            var mHat = (next * m[i] / (1 - (muProduct * next))) + ((1 - mu) * g / (1 - muProduct));
            var vHat = v[i] / (1 - Math.Pow(o.Beta2, t));
            theta[i] -= lr * mHat / (Math.Sqrt(vHat) + o.Eps);
        }

        double Mu(int step) => o.Beta1 * (1 - (0.5 * Math.Pow(0.96, step * o.MomentumDecay)));
    }

    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.RAdam.html"/></remarks>
    public void RAdam(double[] theta, double[] gradient, double lr, RAdamOptions o)
    {
        t++;
        var rhoInf = (2 / (1 - o.Beta2)) - 1;
        var rho = rhoInf - (2 * t * Math.Pow(o.Beta2, t) / (1 - Math.Pow(o.Beta2, t)));

        for (var i = 0; i < theta.Length; i++)
        {
            var g = Decayed(theta, gradient, i, lr, o.WeightDecay, o.DecoupledWeightDecay, o.Maximize);
            m[i] = (o.Beta1 * m[i]) + ((1 - o.Beta1) * g);
            v[i] = (o.Beta2 * v[i]) + ((1 - o.Beta2) * g * g);
            var mHat = m[i] / (1 - Math.Pow(o.Beta1, t));

            if (rho > 5)
            {
                var l = Math.Sqrt(1 - Math.Pow(o.Beta2, t)) / (Math.Sqrt(v[i]) + o.Eps);
                var r = Math.Sqrt((rho - 4) * (rho - 2) * rhoInf / ((rhoInf - 4) * (rhoInf - 2) * rho));
                theta[i] -= lr * mHat * r * l;
            }
            else
            {
                theta[i] -= lr * mHat;
            }
        }
    }

    private static double Decayed(double[] theta, double[] gradient, int i, double lr, double decay, bool isDecoupled, bool maximize)
    {
        var g = maximize ? -gradient[i] : gradient[i];

        if (!isDecoupled)
        {
            return g + (decay * theta[i]);
        }

        theta[i] -= lr * decay * theta[i];
        return g;
    }
}
