// What the pages can do besides when scripts are on; everything works without.
(function () {
  'use strict';
  var all = function (what) { return Array.prototype.slice.call(document.querySelectorAll(what)); };

  // The link of a receipt carries the secret behind the #, which no server sees; here it is handed over once.
  all('[data-secret]').forEach(function (box) {
    var secret = location.hash.slice(1);
    if (!/^[0-9A-Za-z-]{12,20}$/.test(secret)) return;
    history.replaceState(null, '', location.pathname + location.search);
    box.value = secret;
    box.form.submit();
  });

  // Where one stands: asked once, when the button is pressed, and no more exact than a hundred metres.
  all('[data-with=place]').forEach(function (part) { part.hidden = !navigator.geolocation; });
  all('[data-place]').forEach(function (button) {
    button.hidden = !navigator.geolocation;
    button.addEventListener('click', function () {
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(function (at) {
        var round = function (n) { return n.toFixed(3); };
        document.getElementById(button.dataset.place).value = round(at.coords.latitude) + ',' + round(at.coords.longitude);
        button.textContent = button.dataset.done;
      }, function () {
        button.disabled = false;
        button.textContent = button.dataset.none;
      }, { timeout: 15000, maximumAge: 60000 });
    });
  });

  // A photo is made smaller before it goes over a slow line; the server draws it again anyhow.
  all('[data-photo]').forEach(function (input) {
    input.addEventListener('change', function () {
      var file = input.files[0], most = +input.dataset.photo;
      if (!file || file.size < 400000 || !window.createImageBitmap || !window.DataTransfer) return;
      createImageBitmap(file, { imageOrientation: 'from-image' }).then(function (map) {
        var scale = Math.min(1, most / Math.max(map.width, map.height));
        var canvas = document.createElement('canvas');
        canvas.width = Math.round(map.width * scale);
        canvas.height = Math.round(map.height * scale);
        canvas.getContext('2d').drawImage(map, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size || input.files[0] !== file) return;
          var moved = new DataTransfer();
          moved.items.add(new File([blob], 'photo.jpg', { type: 'image/jpeg' }));
          input.files = moved.files;
        }, 'image/jpeg', 0.85);
      }).catch(function () {});
    });
  });

  // Pressed twice is sent once.
  all('form[method=post]').forEach(function (form) {
    form.addEventListener('submit', function () {
      all('button').forEach(function (b) { if (b.form === form) setTimeout(function () { b.disabled = true; }, 0); });
    });
  });
})();
