(function () {
  'use strict';
  var names = ['role', 'category', 'difficulty'];

  // Choosing kinds of work: whatever says of itself that it is of another kind is hidden.
  var form = document.getElementById('filter');
  var said = document.getElementById('filter-said');
  function value(name) { return form.elements[name].value; }
  function isOther(element, name) {
    var own = element.getAttribute('data-' + name);
    return value(name) !== '' && own !== null && own !== '*' && own !== value(name);
  }
  function choose() {
    var chosen = names.filter(function (name) { return value(name) !== ''; });
    document.querySelectorAll('[data-role],[data-category],[data-difficulty]').forEach(function (element) {
      element.hidden = names.some(function (name) { return isOther(element, name); });
    });
    document.querySelectorAll('[data-counted]').forEach(function (list) {
      var shown = list.querySelectorAll(':scope > [data-category]:not([hidden])').length;
      document.getElementById(list.getAttribute('data-counted')).hidden = shown > 0 || chosen.length === 0;
    });
    var kinds = document.getElementById('kinds');
    var shown = kinds ? kinds.querySelectorAll('tr:not([hidden])').length : 0;
    said.textContent = chosen.length === 0 ? '' :
      shown + (shown === 1 ? ' kind of work' : ' kinds of work') + ' shown';
    if (chosen.length > 0) {
      document.querySelectorAll('details[data-opened-by-choice]').forEach(function (d) { d.open = true; });
    }
    form.querySelector('button').disabled = chosen.length === 0;
  }
  if (form) {
    form.hidden = false;
    form.addEventListener('change', choose);
    form.addEventListener('submit', function (event) { event.preventDefault(); });
    form.addEventListener('reset', function () { setTimeout(choose, 0); });
    choose();
  }

  // What a mark of a picture stands for, beside the pointer.
  var tip = document.getElementById('tip');
  document.querySelectorAll('svg .mark').forEach(function (mark) {
    var title = mark.querySelector('title');
    if (!title) { return; }
    var text = title.textContent;
    title.remove();
    mark.setAttribute('aria-label', text);
    mark.addEventListener('pointermove', function (event) {
      tip.textContent = text;
      tip.hidden = false;
      var room = document.documentElement.clientWidth - tip.offsetWidth - 8;
      tip.style.left = Math.max(8, Math.min(event.clientX + 14, room)) + 'px';
      var above = event.clientY - tip.offsetHeight - 14;
      tip.style.top = (above > 8 ? above : event.clientY + 18) + 'px';
    });
    mark.addEventListener('pointerleave', function () { tip.hidden = true; });
  });
})();
